"""Many words and phrases looked for in one text at once, by the first letters of each word of the text."""

from __future__ import annotations

from collections.abc import Iterable

_HEAD = 4
_OPENING = '([<"“„«*_|/【「>'
_SPACELESS = "\u2e80"  # from here on scripts are written without spaces, and words are looked for one by one


def heads(text: str) -> set[str]:
    """Return the first letters of every word of `text`, which `Vocabulary.count` takes."""
    return {word[:_HEAD] for word in _opened(text).split()}


def _opened(text: str) -> str:
    for sign in _OPENING:
        if sign in text:
            text = text.replace(sign, " ")
    return text


class Vocabulary:
    """Phrases that each begin with a word or the beginning of one; a space around one asks for whole words."""

    def __init__(self, phrases: Iterable[str]) -> None:
        self._by_head: dict[str, list[str]] = {}
        self._spaceless: list[str] = []
        for phrase in phrases:
            if phrase[0] == "©" or phrase[0] >= _SPACELESS:
                self._spaceless.append(phrase)
            else:
                self._by_head.setdefault(_opened(phrase).split()[0][:_HEAD], []).append(phrase)
        self._heads = frozenset(self._by_head)

    def count(self, text: str, found: set[str]) -> int:
        """Return how many of the phrases `text` has; it is in lower case with a space at both ends."""
        met = 0
        for head in self._heads & found:
            for phrase in self._by_head[head]:
                met += phrase in text
        if text.isascii():
            return met
        return met + sum(phrase in text for phrase in self._spaceless)
