"""Spam: what a mail's headers say, and what its words say to a classifier that its user teaches."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from scapa.judges import JUDGES, Column
from scapa.judges.spam_model import Lessons, Model, groups, learn, start, start_digest, store, stored
from scapa.judges.spam_signs import SIGNS, signs, weigh

if TYPE_CHECKING:
    import numpy as np
    import pyarrow as pa
    from numpy.typing import NDArray

    from scapa.text.ngrams import Grams

_ROWS = 512
_SIGNS = tuple(SIGNS.items())
_KEPT = "spam-"


@JUDGES.register
class Spam:
    """Headers by signs whose weights are fixed and can be read; the author's own words (the text outside the spans of
    `quotes`, without the subject) by logistic regression over hashed character 4-grams.

    The classifier starts from invented messages that come with Scapa and learns from `scapa label` and `scapa review`;
    what it then says is calibrated on decisions that it was not taught. Taught or untaught, it decides nothing: rules
    do, and a person's own decision (`label.spam`, `label.decision`) comes before them.
    """

    name = "spam"
    version = 1
    learns = True
    needs = ("automated", "quotes")
    source = "own signs; hashing: Weinberger 2009; calibration: Platt 1999; the bundled start: docs/design/spam.md"
    failures = (
        "spam without words of its own (a picture, an attachment, a link) is judged by its headers alone",
        "untaught: newsletters and advertisements that one asked for look like spam",
        "untaught: languages other than the thirteen of the bundled start are hardly known",
        "taught spam alone, or ham alone, it leans that way",
        "words of ham that a spammer adds pull the score down; headers can be forged",
        "of a text of more than 32 kB only the first 32 kB are read",
    )
    columns = {
        "probability": Column("float", "0 to 1: that it is spam, by headers and words together"),
        "header_score": Column("float", "log-odds by the headers alone: the sum of the signs' weights"),
        "body_score": Column("float", "log-odds by the own words alone, whatever the headers say"),
        "signals": Column("texts", "; ".join(f"`{name}` ({weight:+g}): {about}" for name, (weight, about) in _SIGNS)),
        "taught": Column("int", "how many of the user's decisions are in the classifier"),
    }  # fmt: skip

    def __init__(self, home: Path | None = None) -> None:
        self._home = home

    @cached_property
    def _decided(self) -> list[tuple[str, bool]]:
        """The decisions that stand when this judge is first asked: (document, whether it is spam), by document."""
        from scapa.store.catalog import Catalog
        from scapa.store.labels import lessons

        if self._home is None or not (self._home / "catalog.sqlite").exists():
            return []
        return lessons(Catalog.open(self._home / "catalog.sqlite"))

    def data(self) -> tuple[str, ...]:
        from scapa.seal.canonical import digest_of

        taught = (digest_of([list(lesson) for lesson in self._decided]),) if self._decided else ()
        return (start_digest(), *taught)

    def judge(self, batch: pa.RecordBatch) -> pa.RecordBatch:
        import numpy as np
        import pyarrow as pa

        from scapa.store.schema import judgement_schema
        from scapa.text.ngrams import score

        model, seen = self._model, read(batch)
        words = score(seen.grams, model.weights)
        signals = [None if bad else found for bad, found in zip(seen.failed, seen.signals, strict=True)]
        log_odds = model.both[0] * words + model.both[1] * seen.headers + model.both[2]
        columns = [
            _or_null(np.round(1.0 / (1.0 + np.exp(-log_odds)), 6), seen.failed),
            _or_null(np.round(seen.headers, 6), seen.failed),
            _or_null(np.round(model.body[0] * words + model.body[1], 6), seen.failed),
            pa.array(signals, pa.list_(pa.string())),
            _or_null(np.full(len(batch), model.taught, np.int32), seen.failed),
            pa.array(["Unjudged" if bad else None for bad in seen.failed], pa.string()),
        ]
        return pa.RecordBatch.from_arrays(columns, schema=judgement_schema(self.columns))

    @cached_property
    def _model(self) -> Model:
        """The bundled model, or what the home's decisions make of it: kept in the home, since making it reads texts."""
        if self._home is None or not self._decided:
            return start()
        from scapa.files import private_folder, remove
        from scapa.seal.canonical import digest_of

        needed = [[name, JUDGES.get(name).version] for name in self.needs]
        folder = private_folder(self._home / "taught")
        path = folder / f"{_KEPT}{digest_of([self.version, list(self.data()), needed])[:32]}.npz"
        model = stored(path)
        if model is None:
            model = learn(lessons_of(self._home, self._decided))
            store(path, model)
            for old in folder.glob(f"{_KEPT}*.npz"):
                if old != path:
                    remove(old)
        return model


@dataclass(frozen=True)
class Seen:
    """What the judge sees of a batch: n-grams of the own words, header scores and signs, and which rows it cannot judge
    because a judgement that it needs has failed.
    """

    grams: Grams
    headers: NDArray[np.float64]
    signals: list[list[str]]
    failed: NDArray[np.bool_]


def read(batch: pa.RecordBatch) -> Seen:
    """Return what the judge sees of documents with the judgements that it needs beside them."""
    import numpy as np
    import pyarrow.compute as pc

    from scapa.text.ngrams import grams

    automated, quotes = batch.column("automated"), batch.column("quotes")
    failed = pc.or_(*(pc.is_valid(column.field("error")) for column in (automated, quotes))).to_numpy(False)
    signals = [list(found) for found in _signals(batch)]
    headers = np.array([weigh(found) for found in signals], np.float64)
    return Seen(grams(batch.column("text"), *_spans(quotes)), headers, signals, failed)


def lessons_of(home: Path, decided: Sequence[tuple[str, bool]]) -> Lessons:
    """Return the lessons that `decided`, (document, whether it is spam) in the order of ids, are in a home."""
    import numpy as np

    from scapa.text.ngrams import joined

    table = _documents(home, [name for name, _ in decided])
    parts = [read(batch) for batch in table.to_batches(max_chunksize=_ROWS)]
    headers = np.concatenate([part.headers for part in parts])
    spam = np.array([is_spam for _, is_spam in decided], np.bool_)
    numbers = np.array(groups(table["title"].to_pylist()), np.int64)
    return Lessons(joined([part.grams for part in parts]), headers, spam, numbers)


def _documents(home: Path, names: Sequence[str]) -> pa.Table:
    """Return the documents `names` in that order, with the judgements that this judge needs."""
    import pyarrow as pa
    import pyarrow.compute as pc

    from scapa.store.catalog import Catalog
    from scapa.store.segments import read_table

    wanted = pa.array(names, pa.string())
    catalog = Catalog.open(home / "catalog.sqlite")
    places = catalog.rows("SELECT DISTINCT segment FROM document WHERE id IN (SELECT document FROM label)")
    tables = [read_table(home / row["segment"]) for row in places]
    found = pa.concat_tables([table.filter(pc.is_in(table["id"], value_set=wanted)) for table in tables])
    found = found.take(pc.index_in(wanted, value_set=found["id"].combine_chunks())).combine_chunks()
    for need in ("automated", "quotes"):
        made = [JUDGES.make(need)[0].judge(batch) for batch in found.to_batches(max_chunksize=_ROWS)]
        found = found.append_column(need, pa.Table.from_batches(made).to_struct_array())
    return found.combine_chunks()


def _signals(batch: pa.RecordBatch) -> Iterator[list[str]]:
    """Yield the signs of each row; what has no headers has none."""
    columns = [batch.column(name).to_pylist() for name in ("headers", "title", "author")]
    recipients = batch.column("recipients").value_lengths().fill_null(0).to_pylist()
    automated = [batch.column("automated").field(name).to_pylist() for name in ("signals", "mailing_list")]
    for block, title, author, count, said, on_list in zip(*columns, recipients, *automated, strict=True):
        yield signs(block, title or "", author or "", count, said or (), bool(on_list)) if block else []


def _spans(quotes: pa.StructArray) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return (int64[n, 2] byte ranges, int64[rows + 1] whose they are); a null judgement has no spans."""
    import numpy as np

    lists = quotes.field("spans")
    counts = lists.value_lengths().fill_null(0).to_numpy(zero_copy_only=False)
    flat = lists.flatten()
    ends = [flat.field(name).to_numpy(zero_copy_only=False).astype(np.int64) for name in ("start", "end")]
    return np.stack(ends, axis=1), np.concatenate([[0], np.cumsum(counts)]).astype(np.int64)


def _or_null(values: NDArray[np.generic], failed: NDArray[np.bool_]) -> pa.Array:
    import pyarrow as pa

    return pa.array(values, mask=failed)
