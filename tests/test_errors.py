from __future__ import annotations

import inspect
import re

from rag import errors


def classes() -> dict[str, type]:
    return {name: one for name, one in vars(errors).items() if inspect.isclass(one)}


def test_every_error_derives_from_the_one() -> None:
    assert all(issubclass(one, errors.FindingsError) for one in classes().values())
    assert errors.FindingsError.__bases__ == (Exception,)


def test_the_tree_in_the_docstring_is_the_tree_of_classes() -> None:
    drawn: dict[str, str] = {}
    path: list[tuple[int, str]] = []
    for line in errors.__doc__.splitlines():
        if found := re.match(r"[\s│├└─]*([A-Z]\w+)(?:\s{2,}|$)", line):
            name, column = found[1], found.start(1)
            path = [one for one in path if one[0] < column]
            drawn[name] = path[-1][1] if path else "Exception"
            path.append((column, name))
    assert drawn == {name: one.__bases__[0].__name__ for name, one in classes().items()}


def test_a_message_is_what_was_given() -> None:
    assert str(errors.StoreBusy("busy; wait")) == "busy; wait"
