"""Found: what finders of private data give, and how one is asked."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
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


Words = Mapping[Word, Finder]
Shapes = Mapping[int, Finder]
