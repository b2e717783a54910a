"""What was asked and answered, and what people said of the answers: kept in a database, by default an SQLite file.

SQLAlchemy takes half a second to import, so that happens when the history is opened. Every method may be called from
several threads, and several processes may share one database.
"""

from __future__ import annotations

import datetime
import json
import secrets
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from rag.config import Settings, data_dir
from rag.errors import HistoryError
from rag.types import Answer
from ui.kept import answer_of, answer_row

if TYPE_CHECKING:
    from sqlalchemy import Connection, Engine, MetaData

FOUND = 50  # answers listed at once


@dataclass(frozen=True, slots=True)
class Kept:
    """An answer of the history. `asked_at` is in UTC; `position` counts from 0 in its conversation."""

    id: str
    conversation: str
    position: int
    asked_at: datetime.datetime
    answer: Answer


@dataclass(frozen=True, slots=True)
class Listed:
    """An answer in the list of the history: what was asked, and how the answer begins ("" where there was none)."""

    id: str
    conversation: str
    asked_at: datetime.datetime
    question: str
    text: str


@dataclass(frozen=True, slots=True)
class Judged:
    """What a person said of an answer. `citation` is the number of its mark, None for the answer as a whole; `right`
    are words of a paper that do answer, `silent` says that no paper does; both are left open as a rule."""

    answer: str
    at: datetime.datetime
    good: bool
    citation: int | None = None
    reason: str = ""
    right: str = ""
    silent: bool = False


def unkept(answer: Answer) -> Kept:
    """An answer that is in no history, with an id that the page can tell it by."""
    return Kept(_id(), "", 0, now(), answer)


def address(settings: Settings) -> str:
    """Where the history is: an SQLAlchemy address."""
    return settings.history or f"sqlite:///{data_dir() / 'history.sqlite'}"


class History:
    """The history of one kind of papers: `sample` answers are listed apart from those over a person's own."""

    def __init__(self, settings: Settings):
        self._address = address(settings)
        self._lock = threading.Lock()
        self._opened: Engine | None = None

    # ── keeping ──────────────────────────────────────────────────────────────────────────────────────────────────

    def keep(self, answer: Answer, conversation: str | None = None, *, sample: bool = False) -> Kept:
        """Add an answer to a conversation, or begin one with it. Raises HistoryError."""
        import sqlalchemy as sql

        kept = Kept(_id(), conversation or _id(), 0, now(), answer)
        answers = self._tables["answers"]
        with self._changing() as db:
            if conversation:
                last = db.scalar(
                    sql.select(sql.func.max(answers.c.position)).where(answers.c.conversation == conversation)
                )
                kept = Kept(kept.id, conversation, 0 if last is None else last + 1, kept.asked_at, answer)
            db.execute(
                answers.insert().values(
                    id=kept.id, conversation=kept.conversation, position=kept.position, asked_at=kept.asked_at,
                    sample=sample, question=_storable(answer.question), text=_storable(answer.text),
                    record=json.dumps(answer_row(answer)),
                )
            )  # fmt: skip
        return kept

    def judge(self, judged: Judged) -> None:
        """Add what a person said of an answer; of one answer or citation the last word counts. Raises HistoryError."""
        judgements = self._tables["judgements"]
        with self._changing() as db:
            db.execute(
                judgements.delete().where(
                    judgements.c.answer == judged.answer, judgements.c.citation == (judged.citation or 0)
                )
            )
            db.execute(
                judgements.insert().values(
                    answer=judged.answer, citation=judged.citation or 0, at=judged.at, good=judged.good,
                    reason=_storable(judged.reason), right=_storable(judged.right), silent=judged.silent,
                )
            )  # fmt: skip

    def forget(self, conversation: str) -> None:
        """Delete a conversation and what was said of its answers. Raises HistoryError."""
        import sqlalchemy as sql

        answers, judgements = self._tables["answers"], self._tables["judgements"]
        with self._changing() as db:
            ids = sql.select(answers.c.id).where(answers.c.conversation == conversation)
            db.execute(judgements.delete().where(judgements.c.answer.in_(ids)))
            db.execute(answers.delete().where(answers.c.conversation == conversation))

    # ── finding ──────────────────────────────────────────────────────────────────────────────────────────────────

    def answer(self, id: str) -> Kept | None:
        """The answer of that id, None where there is none. Raises HistoryError."""
        return next(iter(self._kept("id", id)), None)

    def conversation(self, id: str) -> list[Kept]:
        """The answers of a conversation, in order; none where there is no such conversation. Raises HistoryError."""
        return self._kept("conversation", id)

    def find(self, words: str = "", *, sample: bool = False, limit: int = FOUND) -> list[Listed]:
        """The latest answers, the newest first; with `words`, those whose question or answer holds each of them.
        Raises HistoryError."""
        import sqlalchemy as sql

        answers = self._tables["answers"]
        wanted = sql.select(
            answers.c.id, answers.c.conversation, answers.c.asked_at, answers.c.question, answers.c.text
        ).where(answers.c.sample == sample)
        for word in words.split():
            wanted = wanted.where(
                answers.c.question.icontains(word, autoescape=True) | answers.c.text.icontains(word, autoescape=True)
            )
        with self._reading() as db:
            rows = db.execute(wanted.order_by(answers.c.asked_at.desc(), answers.c.position.desc()).limit(limit)).all()
        return [Listed(id, one, _utc(at), question, text) for id, one, at, question, text in rows]

    def judged(self) -> list[tuple[Judged, Answer]]:
        """All that people said, the oldest first, with the answers that they said it of. Raises HistoryError."""
        import sqlalchemy as sql

        answers, judgements = self._tables["answers"], self._tables["judgements"]
        joined = sql.select(judgements, answers.c.record).join(answers, answers.c.id == judgements.c.answer)
        with self._reading() as db:
            rows = db.execute(joined.order_by(judgements.c.at)).mappings().all()
        return [
            (
                Judged(
                    row["answer"], _utc(row["at"]), row["good"], row["citation"] or None, row["reason"], row["right"],
                    row["silent"],
                ),
                answer_of(json.loads(row["record"])),
            )
            for row in rows
        ]  # fmt: skip

    # ── the database ─────────────────────────────────────────────────────────────────────────────────────────────

    def _kept(self, column: str, value: str) -> list[Kept]:
        import sqlalchemy as sql

        answers = self._tables["answers"]
        wanted = sql.select(answers).where(answers.c[column] == value).order_by(answers.c.position)
        with self._reading() as db:
            rows = db.execute(wanted).mappings().all()
        return [
            Kept(row["id"], row["conversation"], row["position"], _utc(row["asked_at"]),
                 answer_of(json.loads(row["record"])))
            for row in rows
        ]  # fmt: skip

    @cached_property
    def _metadata(self) -> MetaData:
        return _metadata()

    @property
    def _tables(self) -> Any:
        return self._metadata.tables

    @property
    def _engine(self) -> Engine:
        with self._lock:
            if self._opened is None:
                self._opened = self._connect()
            return self._opened

    def _connect(self) -> Engine:
        import sqlalchemy as sql

        url = sql.make_url(self._address)
        if url.get_backend_name() == "sqlite":
            if url.database and url.database != ":memory:":
                Path(url.database).parent.mkdir(parents=True, exist_ok=True)
            engine = sql.create_engine(url, connect_args={"timeout": 10})
        else:
            # The driver that the extra `postgres` brings; a bare "postgresql://" would ask for another.
            if url.drivername == "postgresql":
                url = url.set(drivername="postgresql+psycopg")
            engine = sql.create_engine(url, pool_pre_ping=True, connect_args={"connect_timeout": 5})
        try:
            self._metadata.create_all(engine)
        except sql.exc.DBAPIError:  # another process may be making them at this moment
            self._metadata.create_all(engine)
        return engine

    def close(self) -> None:
        """Let go of the database; it is opened again when needed."""
        with self._lock:
            if self._opened is not None:
                self._opened.dispose()
                self._opened = None

    @contextmanager
    def _changing(self) -> Iterator[Connection]:
        with self._said(), self._engine.begin() as db:
            yield db

    @contextmanager
    def _reading(self) -> Iterator[Connection]:
        with self._said(), self._engine.connect() as db:
            yield db

    @contextmanager
    def _said(self) -> Iterator[None]:
        """What a database says goes wrong, as one error that names the fix. Its address may hold a password."""
        import sqlalchemy as sql

        try:
            yield
        except (sql.exc.SQLAlchemyError, OSError, ImportError, ValueError, KeyError, TypeError) as error:
            cause = (str(getattr(error, "orig", None) or "").splitlines() or [""])[0] or type(error).__name__
            raise HistoryError(
                f"the history cannot be read or written ({cause}); set FINDINGS_HISTORY to a database that can be"
            ) from error


def _metadata() -> MetaData:
    import sqlalchemy as sql

    tables = sql.MetaData()
    sql.Table(
        "answers",
        tables,
        sql.Column("id", sql.String(24), primary_key=True),
        sql.Column("conversation", sql.String(24), nullable=False, index=True),
        sql.Column("position", sql.Integer, nullable=False),
        sql.Column("asked_at", sql.DateTime(timezone=True), nullable=False, index=True),
        sql.Column("sample", sql.Boolean, nullable=False),
        sql.Column("question", sql.Text, nullable=False),
        sql.Column("text", sql.Text, nullable=False),
        sql.Column("record", sql.Text, nullable=False),
    )
    sql.Table(
        "judgements",
        tables,
        sql.Column("answer", sql.String(24), sql.ForeignKey("answers.id"), primary_key=True),
        sql.Column("citation", sql.Integer, primary_key=True, autoincrement=False),  # 0 for the answer as a whole
        sql.Column("at", sql.DateTime(timezone=True), nullable=False),
        sql.Column("good", sql.Boolean, nullable=False),
        sql.Column("reason", sql.Text, nullable=False),
        sql.Column("right", sql.Text, nullable=False),
        sql.Column("silent", sql.Boolean, nullable=False),
    )
    return tables


def _id() -> str:
    """Letters and digits only, a letter first: it stands in addresses and in the ids of elements."""
    return "a" + secrets.token_hex(9)


def now() -> datetime.datetime:
    return datetime.datetime.now(datetime.UTC)


def _utc(at: datetime.datetime) -> datetime.datetime:
    """SQLite forgets the time zone."""
    return at if at.tzinfo else at.replace(tzinfo=datetime.UTC)


def _storable(text: str) -> str:
    """PostgreSQL stores no NUL character, and no database half a character."""
    return text.replace("\0", "").encode("utf-8", "replace").decode("utf-8")
