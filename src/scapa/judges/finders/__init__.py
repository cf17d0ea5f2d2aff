"""Finders of private data, one file a kind: what one gives, and how it is asked.

A package, so that knowing the judges does not load them: their patterns take 25 ms to make.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import NamedTuple

Found = tuple[int, int, str]
"""(start, end, kind), in characters."""

Finder = Callable[[str, int], Iterable[Found]]
"""Given a text and the character at which a mark stands, yields what is private there."""


class Word(NamedTuple):
    """A word at which a finder is asked; the fields are those of `scapa.text.marks.Word`."""

    text: str
    exact: bool = False
    whole: bool = False
    near: int = 0
