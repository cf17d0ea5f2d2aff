"""Spam: headers, words and both, apart, on the SpamAssassin mail of 2002 (fetched, never kept here).

What one finds there may be an artefact: the ham is one man's mailing lists, the spam came later and directly. So folds
are blocks of time, threads and copies stay whole, verdicts of filters are taken out of the headers, quotes, signatures
and list footers out of the words, and controls tell what can be had without reading: header names, dates, lengths.
`python -m bench.evaluations.spam` prints the reliability table and the worst mistakes by number.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray
from tests.corpora import spam_assassin

from bench.quality import Figure
from scapa.cli.review import ANEW
from scapa.corpus.relations import copies, threads, units
from scapa.judges import JUDGES
from scapa.judges.quotes import own_text
from scapa.judges.spam import read
from scapa.judges.spam_model import Lessons, Model, groups, learn, start
from scapa.records import Document, Found, Span
from scapa.sources.mail import record
from scapa.store.schema import document_rows
from scapa.text.ngrams import grams, score

Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]
Ints = NDArray[np.int64]
Fit = Callable[[Ints, Ints], Floats]

ON = "SpamAssassin mail, 5 blocks of time, threads and copies whole"
FOLDS = 5
_VERDICT = re.compile(rb"x-(?:spam|bogosity|razor|pyzor|mailscanner|virus)", re.IGNORECASE)
_MARKED = re.compile(rb"\(SPAM\?[^)]{0,10}\)|\*{5}SPAM\*{5}")
_NAMED = re.compile(r"\S{0,200}(?:://|@|www\.)\S{0,300}|\d")
_SHARED = 5  # a line in so many mails is a template's
_REPLICATES = 1_000


@dataclass(frozen=True)
class Set:
    """The corpus, a row a mail; `fold` is its block of time, `shuffled` a fold of chance, both by unit."""

    batch: pa.RecordBatch
    spam: Flags
    lessons: Lessons
    unit: Ints
    time: Floats
    fold: Ints
    shuffled: Ints


@cache
def corpus() -> Set:
    """Return the corpus with what the judge sees of it."""
    documents, spam = _documents(spam_assassin())
    batch = document_rows([(f"{n:064x}", d) for n, d in enumerate(documents)], 0).combine_chunks().to_batches()[0]
    for need in ("automated", "quotes"):
        batch = batch.append_column(need, JUDGES.make(need)[0].judge(batch).to_struct_array())
    similar = JUDGES.make("similarity")[0].judge(batch).to_struct_array()
    thread = threads(*(batch.column(name) for name in ("message_id", "references", "conversation")))
    _, unit = np.unique(units(thread, copies(similar, 0.8)), return_inverse=True)
    seen = read(batch)
    lessons = Lessons(seen.grams, seen.headers, spam, np.array(groups([d.title for d in documents]), np.int64))
    time = _times(documents, unit)
    fold = _blocks(time, unit)
    shuffled = np.random.default_rng(5).integers(0, FOLDS, unit.max() + 1)[unit]
    return Set(batch, spam, lessons, unit, time, fold, shuffled)


def _documents(data: Path) -> tuple[list[Document], Flags]:
    found, spam = [], []
    for folder in ("easy-ham-1", "easy-ham-2", "hard-ham-1", "spam-1", "spam-2"):
        for path in sorted((data / folder).glob("*.txt")):
            raw = path.read_bytes()
            made = record(_without_verdicts(raw), raw=b"", where="", locator="")
            if isinstance(made, Found):
                found.append(made.document)
                spam.append(folder.startswith("spam"))
    return found, np.array(spam)


def _without_verdicts(raw: bytes) -> bytes:
    """Return a mail without what spam filters wrote into its headers."""
    block, gap, body = raw.replace(b"\r\n", b"\n").partition(b"\n\n")
    lines = re.sub(rb"\n[ \t]+", b" ", block).split(b"\n")
    kept = [_MARKED.sub(b"", line) for line in lines if not _VERDICT.match(line)]
    return b"\n".join(kept) + gap + body


def _times(documents: list[Document], unit: Ints) -> Floats:
    """Return when each mail's unit was written: the median of the sane dates in it, else not a number."""
    low, high = 978_307_200_000_000, 1_041_379_200_000_000  # 2001 and 2003
    own = np.array([d.claimed.start if d.claimed and low < d.claimed.start < high else np.nan for d in documents])
    found = np.full(unit.max() + 1, np.nan)
    for number in range(len(found)):
        known = own[unit == number]
        known = known[~np.isnan(known)]
        found[number] = np.median(known) if len(known) else np.nan
    return np.asarray(found[unit])


def _blocks(time: Floats, unit: Ints) -> Ints:
    """Return the block of time of every mail: as many mails a block, units whole; units without a date are dealt."""
    size = np.bincount(unit)
    when = np.full(len(size), np.nan)
    when[unit] = time
    order = np.argsort(when, kind="stable")  # those without a date come last
    dated = order[~np.isnan(when[order])]
    block = np.arange(len(size)) % FOLDS
    ends = np.cumsum(size[dated])
    block[dated] = np.minimum(FOLDS - 1, (ends - 1) * FOLDS // ends[-1])
    return np.asarray(block[unit], np.int64)


def auc(scores: Floats, spam: Flags, weights: Floats | None = None) -> float:
    """Return the area under the ROC curve: how often a spam scores above a ham, a tie as half."""
    w = np.ones(len(spam)) if weights is None else weights
    _, rank = np.unique(scores, return_inverse=True)
    bad, good = np.bincount(rank, w * spam), np.bincount(rank, w * ~spam)
    below = np.cumsum(good) - good
    return float((bad * (below + good / 2)).sum() / (bad.sum() * good.sum()))


def interval(scores: Floats, spam: Flags, unit: Ints) -> tuple[float, float]:
    """Return the 95 % bootstrap interval of the area, units drawn whole."""
    rng = np.random.default_rng(0)
    count = unit.max() + 1
    drawn = (np.bincount(rng.integers(0, count, count), minlength=count) for _ in range(_REPLICATES))
    areas = [auc(scores, spam, w[unit].astype(float)) for w in drawn]
    low, high = np.percentile(areas, [2.5, 97.5])
    return float(low), float(high)


def crossed(fold: Ints, fit: Fit) -> Floats:
    """Return every mail's score by what `fit(others, own)` makes of the other folds."""
    found = np.zeros(len(fold))
    for number in range(FOLDS):
        own = np.flatnonzero(fold == number)
        found[own] = fit(np.flatnonzero(fold != number), own)
    return found


def taught(lessons: Lessons, rows: Ints) -> Model:
    """Return the bundled model after these rows were taught."""
    chosen = Lessons(lessons.grams.rows(rows), lessons.headers[rows], lessons.spam[rows], lessons.groups[rows])
    return learn(chosen)


def log_odds(model: Model, lessons: Lessons, rows: Ints) -> tuple[Floats, Floats]:
    """Return the log-odds of rows by the words alone and by words and headers."""
    words = score(lessons.grams.rows(rows), model.weights)
    both = model.both[0] * words + model.both[1] * lessons.headers[rows] + model.both[2]
    return model.body[0] * words + model.body[1], both


def figures() -> Iterator[Figure]:
    """Yield all figures: untaught, taught, controls, learning curve, calibration."""
    data = corpus()
    yield from _untaught(data)
    yield from _taught(data)
    yield from _artefacts(data)
    yield from _controls(data)
    yield from _curve(data)


def _area(measure: str, scores: Floats, data: Set, rows: Ints | None = None, on: str = ON) -> Figure:
    chosen = np.arange(len(data.spam)) if rows is None else rows
    _, unit = np.unique(data.unit[chosen], return_inverse=True)
    spam = data.spam[chosen]
    return Figure(f"ROC AUC, {measure}", on, len(chosen), auc(scores, spam), *interval(scores, spam, unit))


def _untaught(data: Set) -> Iterator[Figure]:
    on = "SpamAssassin mail, nothing of it taught"
    words, both = log_odds(start(), data.lessons, np.arange(len(data.spam)))
    yield _area("untaught, headers alone", data.lessons.headers, data, on=on)
    yield _area("untaught, words alone", words, data, on=on)
    yield _area("untaught, both", both, data, on=on)
    yield from _calibration("untaught", both, data, on)
    for limit in (0.8, 0.95):
        over = both >= np.log(limit / (1 - limit))
        yield Figure(f"untaught, share of spam at p ≥ {limit}", on, int(data.spam.sum()), float(over[data.spam].mean()))
        yield Figure(
            f"untaught, share of ham at p ≥ {limit}", on, int((~data.spam).sum()), float(over[~data.spam].mean())
        )


@cache
def _crossed() -> tuple[Floats, Floats]:
    """Return the log-odds of every mail by words and by both, taught on the other blocks of time."""
    data = corpus()
    words, both = np.zeros(len(data.spam)), np.zeros(len(data.spam))
    for number in range(FOLDS):
        own = np.flatnonzero(data.fold == number)
        words[own], both[own] = log_odds(taught(data.lessons, np.flatnonzero(data.fold != number)), data.lessons, own)
    return words, both


def _taught(data: Set) -> Iterator[Figure]:
    words, both = _crossed()
    yield _area("taught, words alone", words, data)
    yield _area("taught, both", both, data)
    some = np.flatnonzero(np.diff(data.lessons.grams.first) > 0)
    yield _area("taught, words alone, mails that have own words", words[some], data, some)
    for number in range(FOLDS):
        own = np.flatnonzero(data.fold == number)
        yield _area(f"taught, words alone, block {number + 1} alone", words[own], data, own)
    yield from _calibration("taught", both, data, ON)
    chance = crossed(data.shuffled, lambda rest, own: log_odds(taught(data.lessons, rest), data.lessons, own)[0])
    yield _area("taught, words alone, folds of chance", chance, data, on="SpamAssassin mail, threads and copies whole")
    later = np.flatnonzero(data.fold > 0)
    scores = [_forward(data, number) for number in range(1, FOLDS)]
    past = np.zeros(len(data.spam))
    for rows, found in scores:
        past[rows] = found
    yield _area("taught on earlier blocks only, words alone", past[later], data, later)


def _forward(data: Set, number: int) -> tuple[Ints, Floats]:
    own = np.flatnonzero(data.fold == number)
    return own, log_odds(taught(data.lessons, np.flatnonzero(data.fold < number)), data.lessons, own)[0]


def _calibration(measure: str, both: Floats, data: Set, on: str) -> Iterator[Figure]:
    """Yield the expected calibration error in ten bins, and each bin's share of spam beside its mean probability."""
    p = 1.0 / (1.0 + np.exp(-both))
    place = np.minimum((p * 10).astype(np.int64), 9)
    count, told, seen = (np.bincount(place, w, minlength=10) for w in (np.ones(len(p)), p, data.spam.astype(float)))
    yield Figure(f"{measure}, expected calibration error", on, len(p), float(np.abs(told - seen).sum() / len(p)))
    for bin_ in np.flatnonzero(count).tolist():
        mean = told[bin_] / count[bin_]
        about = f"{measure}, share of spam where p is {bin_ / 10:.1f} to {bin_ / 10 + 0.1:.1f} (mean {mean:.3f})"
        yield Figure(about, on, int(count[bin_]), float(seen[bin_] / count[bin_]))


def _artefacts(data: Set) -> Iterator[Figure]:
    """Yield the words' area where what could betray the source was taken out of them."""
    spans = data.batch.column("quotes").field("spans").to_pylist()
    texts = [
        own_text(text, [Span(s["start"], s["end"], s["kind"]) for s in own])
        for text, own in zip(data.batch.column("text").to_pylist(), spans, strict=True)
    ]
    bare = [_NAMED.sub(" ", text) for text in texts]
    yield _area("taught, words alone without addresses, links and digits", _on_texts(data, bare), data)
    seen: dict[str, int] = {}
    lines = [{line.strip() for line in text.split("\n")} for text in bare]
    for own in lines:
        for line in own:
            seen[line] = seen.get(line, 0) + 1
    rare = ["\n".join(x for x in text.split("\n") if seen[x.strip()] < _SHARED) for text in bare]
    scores = _on_texts(data, rare)
    yield _area("the same, and without lines that stand in five mails", scores, data)
    some = np.flatnonzero([bool(text.strip()) for text in rare])
    yield _area("the same, of mails that then have words left", scores[some], data, some)


def _on_texts(data: Set, texts: list[str]) -> Floats:
    made = grams(texts, np.zeros((0, 2), np.int64), np.zeros(len(texts) + 1, np.int64))
    lessons = Lessons(made, data.lessons.headers, data.spam, data.lessons.groups)
    return crossed(data.fold, lambda rest, own: log_odds(taught(lessons, rest), lessons, own)[0])


def _controls(data: Set) -> Iterator[Figure]:
    """Yield what can be had without reading: which header names there are, when it was written, how long it is."""
    names = _header_names(data.batch.column("headers").to_pylist())
    yield _area("control, header names alone", crossed(data.fold, _names(names, data.spam)), data)
    chance = "SpamAssassin mail, folds of chance, threads and copies whole"
    yield _area("control, header names alone", crossed(data.shuffled, _names(names, data.spam)), data, on=chance)
    yield _area("control, dates alone", crossed(data.fold, _dates(data)), data)
    yield _area("control, dates alone", crossed(data.shuffled, _dates(data)), data, on=chance)
    length = np.diff(data.lessons.grams.first).astype(float)
    yield _area("control, number of different n-grams alone", length, data)


def _header_names(blocks: list[bytes]) -> NDArray[np.float64]:
    found = [{line.partition(b":")[0].lower() for line in b.split(b"\n") if line[:1].strip()} for b in blocks]
    common = sorted({name for own in found for name in own if sum(name in other for other in found) >= 10})
    return np.array([[name in own for name in common] for own in found], float)


def _names(names: NDArray[np.float64], spam: Flags) -> Fit:
    from sklearn.linear_model import LogisticRegression

    def fit(rest: Ints, own: Ints) -> Floats:
        model = LogisticRegression(max_iter=1_000).fit(names[rest], spam[rest])
        return np.asarray(model.decision_function(names[own]))

    return fit


def _dates(data: Set) -> Fit:
    """The share of spam among the fifty mails that were written nearest in time."""

    def fit(rest: Ints, own: Ints) -> Floats:
        known = rest[~np.isnan(data.time[rest])]
        known = known[np.argsort(data.time[known], kind="stable")]
        place = np.searchsorted(data.time[known], data.time[own])
        around = np.clip(place[:, None] + np.arange(-25, 25), 0, len(known) - 1)
        return np.asarray(data.spam[known][around].mean(axis=1))

    return fit


def _curve(data: Set) -> Iterator[Figure]:
    """Yield the areas after n decisions: on mail of the later blocks, taught on that of the earlier ones."""
    early, late = np.flatnonzero(data.fold < 2), np.flatnonzero(data.fold >= 2)
    for count in (0, 20, 50, 100, 200, 1_000):
        rngs = [np.random.default_rng(seed) for seed in range(10 if count else 1)]
        draws = [np.sort(rng.choice(early, count, replace=False)) for rng in rngs]
        yield from _areas(f"after {count} decisions at random", draws, data, late)
    for rows in _asked(data, early):
        yield from _areas(f"after {len(rows)} decisions as scapa review asks", [rows], data, late)


def _asked(data: Set, early: Ints) -> Iterator[Ints]:
    """Yield the rows that the review asks for: the most uncertain, judged anew after every `ANEW` decisions."""
    rows, model = np.zeros(0, np.int64), start()
    while len(rows) < 200:
        left = np.setdiff1d(early, rows)
        certain = np.abs(log_odds(model, data.lessons, left)[1])
        rows = np.sort(np.concatenate([rows, left[np.argsort(certain, kind="stable")[:ANEW]]]))
        model = taught(data.lessons, rows)
        if len(rows) in (20, 60, 100, 200):
            yield rows


def _areas(about: str, draws: list[Ints], data: Set, late: Ints) -> Iterator[Figure]:
    on = "SpamAssassin mail, taught on blocks 1 and 2, measured on 3 to 5; mean, least and most of the draws"
    areas = np.array([_after(data, rows, late) for rows in draws])
    for what, column in zip(("words alone", "both"), areas.T, strict=True):
        ends = (float(column.min()), float(column.max())) if len(draws) > 1 else (None, None)
        yield Figure(f"ROC AUC, {about}, {what}", on, len(late), float(column.mean()), *ends)


def _after(data: Set, rows: Ints, late: Ints) -> tuple[float, float]:
    model = taught(data.lessons, rows) if len(rows) else start()
    apart = late[~np.isin(data.unit[late], data.unit[rows])]
    words, both = log_odds(model, data.lessons, apart)
    return auc(words, data.spam[apart]), auc(both, data.spam[apart])


def mistakes(count: int = 25) -> Iterator[str]:
    """Yield the worst mistakes of the words alone: kind, score, number of n-grams, subject."""
    data, (words, _) = corpus(), _crossed()
    titles = data.batch.column("title").to_pylist()
    size = np.diff(data.lessons.grams.first)
    wrong = np.where(data.spam, -words, words)
    for row in np.argsort(-wrong)[:count].tolist():
        yield f"{'spam' if data.spam[row] else 'ham '} {words[row]:+6.2f} {size[row]:6d}  {titles[row][:70]}"


if __name__ == "__main__":
    for figure in figures():
        ends = f" [{figure.low:.4f}, {figure.high:.4f}]" if figure.low is not None else ""
        print(f"{figure.value:.4f}{ends}  {figure.measure}  ({figure.items:,}; {figure.on})")
    print("\n".join(mistakes()))
