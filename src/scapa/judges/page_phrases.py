"""What the furniture of pages says, in ten languages: the rows of `page_phrases.tsv` as a tree of phrases.

A row names how its phrases are used: `strong`, `middle` and `weak` for lines made of such phrases alone, and how surely
they are furniture then (`joint` words may stand among them and say nothing), `start` for lines that begin so, `colon`
for those with a colon after it, `dated` for those with a year or a time, `inside` and `end` for lines that hold it or
end with it. Then the kind, the language, and the phrases.
"""

from __future__ import annotations

from functools import cache
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from scapa.text.phrase_tree import PhraseTree

TABLE = Path(__file__).with_name("page_phrases.tsv")
_SCORES = {"weak": 1, "middle": 2}
_SURE = 3
_JOINT = 1  # no score: the words go with others, and say nothing


@cache
def table_digest() -> str:
    """Return the digest of the table, which judgements depend on."""
    return sha256(TABLE.read_bytes()).hexdigest()[:16]


def rows() -> list[tuple[str, str, str, list[str]]]:
    """Return (use, kind, language, phrases) of every row of the table."""
    lines = [line for line in TABLE.read_text("utf-8").split("\n") if line and not line.startswith("#")]
    cells = [line.split("\t") for line in lines]
    return [(use, kind, code, [part.strip() for part in text.split(";")]) for use, kind, code, text in cells]


@cache
def page_phrases() -> PhraseTree:
    """Return the table as `scapa.text.page_lines` reads it."""
    from scapa.text.page_lines import KINDS, USES
    from scapa.text.phrase_tree import phrase_tree

    entries = []
    for use, kind, _, phrases in rows():
        mark = _JOINT if use == "joint" else 8 * _SCORES.get(use, _SURE) + KINDS.index(kind)
        place = USES.index(use) if use in USES else 0
        entries += [(phrase, place, mark) for phrase in phrases]
    return phrase_tree(entries, len(USES))
