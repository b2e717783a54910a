"""What the README and its neighbours say of the program is so."""

from __future__ import annotations

import argparse
import dataclasses
import re
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from rag.cli import build_parser
from rag.config import Settings

ROOT = Path(__file__).resolve().parents[1]
README = (ROOT / "README.md").read_text(encoding="utf-8")
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
EXTRAS = PROJECT["optional-dependencies"]
COMMAND = r"(?<!keyring set )\bfindings ([a-z]+)\b"


# ── settings ─────────────────────────────────────────────────────────────────────────────────────────────────────


def settings_table() -> str:
    rows = ["| setting | default | what it is |", "|---|---|---|"]
    for field in dataclasses.fields(Settings):
        default = f"`{field.default}`" if field.default != "" else ""
        rows.append(f"| `{field.name}` | {default} | {field.metadata['help']} |")
    return "\n".join(rows)


def test_the_table_of_settings() -> None:
    found = re.search(r"<!-- settings -->\n(.*?)\n?<!-- /settings -->", README, re.DOTALL)
    assert found, "README.md has no place for the table of settings"
    assert found[1] == settings_table(), "put this between the marks in README.md:\n" + settings_table()


# ── commands ─────────────────────────────────────────────────────────────────────────────────────────────────────


def options() -> dict[str, set[str]]:
    """Every command with its options, those of its parts among them."""
    return {name: set().union(*(part for _, part in parts(one))) for name, one in subcommands(build_parser()).items()}


def subcommands(parser: argparse.ArgumentParser) -> dict[str, argparse.ArgumentParser]:
    found = [action for action in parser._actions if isinstance(action, argparse._SubParsersAction)]
    return dict(found[0].choices) if found else {}


def parts(parser: argparse.ArgumentParser) -> Iterator[tuple[str, set[str]]]:
    """A command, or each of the parts of one that has parts, with its options."""
    within = subcommands(parser)
    for one in within.values() if within else (parser,):
        yield one.prog, {option for action in one._actions for option in action.option_strings}


def code() -> list[str]:
    """The lines of the README that hold code: of blocks, and lines with `code` in them, cut down to that."""
    lines, block = [], False
    for line in README.splitlines():
        if line.startswith("```"):
            block = not block
        elif block:
            lines.append(line.partition(" # ")[0])
        elif spans := re.findall(r"`([^`]+)`", line):
            lines.append(" ".join(spans))
    assert not block
    return lines


def test_every_command_of_the_readme_exists_and_every_command_is_in_it() -> None:
    named = {name for line in code() for name in re.findall(COMMAND, line)}
    assert named == set(options())


def test_every_option_of_the_readme_exists() -> None:
    known = options()
    for line in code():
        named = re.findall(COMMAND, line)
        for option in re.findall(r"(?<![\w-])--[a-z][a-z-]*", line):
            takers = named or list(known)
            assert any(option in known[name] for name in takers), f"{option} in: {line}"


def test_every_part_of_a_command_is_in_the_readme() -> None:
    named = {name for line in code() for name in re.findall(r"\bfindings [a-z]+ [a-z]+\b", line)}
    for one in subcommands(build_parser()).values():
        assert not subcommands(one) or {f"findings {prog.split(' ', 1)[1]}" for prog, _ in parts(one)} <= named


def test_what_every_command_takes() -> None:
    assert "Every command takes `--store DIR` and `--json`" in README
    for one in subcommands(build_parser()).values():
        assert all({"--store", "--json"} <= taken for _, taken in parts(one))


def test_every_variable_of_the_readme_is_a_setting() -> None:
    names = {field.name for field in dataclasses.fields(Settings)} | {"config"}
    assert {name.lower() for name in re.findall(r"\bFINDINGS_([A-Z_]+)", README)} <= names


# ── links and packages ───────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("name", ["README.md", "CHANGELOG.md", "CONTRIBUTING.md"])
def test_links_within_the_project(name: str) -> None:
    for target in re.findall(r"\]\(([^)\s]+)\)", (ROOT / name).read_text(encoding="utf-8")):
        if re.match(r"[a-z]+:|#", target):
            continue
        path = ROOT / target.partition("#")[0]
        # An empty folder does not count: git does not keep one.
        assert path.is_file() or (path.is_dir() and any(path.iterdir())), f"{name} points to {target}"


def pins() -> dict[str, str]:
    lines = (ROOT / "constraints.txt").read_text(encoding="utf-8").splitlines()
    return {
        canonicalize_name(name): version for name, _, version in (line.partition("==") for line in lines) if version
    }


@pytest.mark.parametrize("text", PROJECT["dependencies"] + EXTRAS["test"])
def test_every_dependency_is_pinned_within_its_range(text: str) -> None:
    wanted = Requirement(text)
    pinned = pins().get(canonicalize_name(wanted.name))
    assert pinned, f"constraints.txt does not pin {wanted.name}"
    assert wanted.specifier.contains(pinned), f"constraints.txt pins {wanted.name} {pinned}, outside {wanted.specifier}"


def test_what_is_pinned_for_a_language_model_is_within_its_range() -> None:
    known = pins()
    for text in [one for extra in EXTRAS.values() for one in extra]:
        wanted = Requirement(text)
        if pinned := known.get(canonicalize_name(wanted.name)):
            assert wanted.specifier.contains(pinned), text


def test_every_extra_of_the_readme_exists() -> None:
    assert set(re.findall(r"'\.\[([a-z]+)\]'", README)) <= set(EXTRAS)
