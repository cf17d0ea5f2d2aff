"""What was not written before some day: thousands of names, words, versions and mail headers, read from `attested/`.

Each line of a table has a form, the day before which it was not written, what must stand near it, and why:

    AIDS    1982-07    +virus patients -navigation    named by the CDC in 1982

A date may be a year or a month; it is the first public attestation or an earlier day, never the height of fame. Of
`+` words one must stand near, of `-` words none may. `{a,b}` in a form stands for each. The tables of versions have
steps in the second column, `3.11=2021-05` and so on. `scapa.text.phrases` says what a form finds.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from scapa.text.dates import claim

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from scapa.text.phrases import Phrases

FOLDER = Path(__file__).with_name("attested")
TEXT_TABLES = (
    "words",
    "names",
    "events",
    "technology",
    "brands",
    "places",
    "web",
    "licences",
    "boilerplate",
    "usage",
    "coinages",
    "told",
    "products",
    "history",
    "computing",
    "culture",
    "hosts",
    "versions",
)
MAIL_TABLES = ("mail", "mail_versions")
_KINDS = {"versions": "version", "mail_versions": "mail", "mail": "mail"}
_CHOICE = re.compile(r"\{([^{}]{0,400})\}")


class Entry(NamedTuple):
    """One line of a table, its choices not yet written out; `steps` are (version, day) pairs."""

    kind: str
    form: str
    since: str
    near: tuple[str, ...]
    far: tuple[str, ...]
    steps: tuple[tuple[tuple[int, ...], str], ...]
    why: str


class Attested(NamedTuple):
    """Tables ready to be looked for. A hit of phrase p at step s is mark `first[p] + max(s, 0)`; from `first[-1]` on,
    phrases are cues: they date nothing, but something that does stands near them.
    """

    phrases: Phrases
    first: NDArray[np.int64]
    since: NDArray[np.int64]
    names: tuple[str, ...]
    cues: tuple[str, ...]


def entries(tables: Sequence[str]) -> Iterator[Entry]:
    """Yield the lines of some tables; raises `ValueError` for one that is not well formed."""
    for table in tables:
        for line in (FOLDER / f"{table}.tsv").read_text(encoding="utf-8").splitlines():
            if line and not line.startswith("# "):
                yield _entry(table, line)


def _entry(table: str, line: str) -> Entry:
    form, when, *rest = line.split("\t")
    context, why = (*rest, "", "")[:2]
    near, far = _context(context)
    steps = tuple(_steps(when)) if table.endswith("versions") else ()
    since = steps[0][1] if steps else when
    return Entry(_KINDS.get(table, "word"), form, since, tuple(near), tuple(far), steps, why)


def _context(words: str) -> tuple[list[str], list[str]]:
    """Return the words wanted and unwanted near; `@name` stands for a list of `contexts.tsv`."""
    near, _, far = words.partition("-")
    lists = [
        [word for item in part.split() for word in (_contexts()[item[1:]] if item[0] == "@" else (item,))]
        for part in (near.replace("+", " "), far)
    ]
    return lists[0], lists[1]


@cache
def _contexts() -> dict[str, tuple[str, ...]]:
    lines = (FOLDER / "contexts.tsv").read_text(encoding="utf-8").splitlines()
    rows = (line.split("\t") for line in lines if not line.startswith("# "))
    return {name: tuple(words.split()) for name, words in rows}


def _steps(text: str) -> Iterator[tuple[tuple[int, ...], str]]:
    for step in text.split():
        version, _, date = step.partition("=")
        yield tuple(int(part) for part in version.split(".")), date


def written_out(form: str) -> list[str]:
    """Return every form that one with choices stands for: `{on,via} Slack` is two."""
    match = _CHOICE.search(form)
    if not match:
        return [form]
    return [
        whole
        for choice in match[1].split(",")
        for whole in written_out(form[: match.start()] + choice + form[match.end() :])
    ]


@cache
def text_table() -> Attested:
    """Return what is looked for in texts and titles."""
    from scapa.judges import addresses, dated_lines

    return _attested(TEXT_TABLES, (*dated_lines.CUES, *addresses.CUES))


@cache
def mail_table() -> Attested:
    """Return what is looked for in header blocks."""
    from scapa.judges.mail_times import CUES, DATED

    return _attested(MAIL_TABLES, (*CUES, *DATED))


def _attested(tables: Sequence[str], cues: tuple[str, ...]) -> Attested:
    import numpy as np

    from scapa.text.phrases import Phrase, Phrases

    phrases, first, since, names = [], [0], [], []
    for entry in entries(tables):
        dated = entry.steps or (((), entry.since),)
        for form in written_out(entry.form):
            mark = "~" if entry.kind == "word" and "." in form.strip(".") else ""
            versions = tuple(version for version, _ in entry.steps)
            phrases.append(Phrase(mark + form, _also(entry.near), _also(entry.far), versions, bool(versions)))
            for version, date in dated:
                since.append(day(date))
                names.append(f"{entry.kind}:{_named(form, version)}:{date[:4]}")
            first.append(len(since))
    phrases += [Phrase(cue, every=True) for cue in cues]
    return Attested(Phrases(phrases), np.array(first), np.array(since), tuple(names), cues)


def _also(words: tuple[str, ...]) -> tuple[str, ...]:
    """Return context words with their genitives: “Darwin’s” stands for Darwin."""
    return (*words, *(word + "'s" for word in words))


def _named(form: str, version: tuple[int, ...]) -> str:
    number = ".".join(map(str, version))
    return f"{form.strip('^')} {number}".strip()


@cache
def day(date: str) -> int:
    """Return the earliest instant at which a day, month or year (ISO) began anywhere on Earth, in UTC microseconds."""
    found = claim(date, "table")
    if found is None:
        raise ValueError(date)
    return found.start
