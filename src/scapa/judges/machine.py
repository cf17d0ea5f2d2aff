"""Machine: cheap signs of machine-written text in an author's own words. Signals, never a verdict."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from scapa.judges import JUDGES, Column
from scapa.judges.columnar import Columnar
from scapa.judges.machine_words import (
    COMMON,
    CONTRACTIONS,
    FIRST_PERSON,
    FUNCTION,
    MARKERS,
    PHRASES,
    SELF,
    listed,
    phrases,
)
from scapa.seal.canonical import digest_of, file_digest

if TYPE_CHECKING:
    import numpy as np
    import pyarrow as pa
    from numpy.typing import NDArray

    from scapa.text.style import Lists

_MARKED, _COMMON, _CONTRACTED, _FIRST, _STOCK, _SELF = range(6)


@JUDGES.register
class Machine(Columnar):
    """Counts of style outside the spans of `quotes`. No column says that a text was written by a machine.

    Every one of them differs more between two people, or between a letter and a form, than between people and machines,
    so no policy may reject by them. They are made to be compared within one source, before and after a date:
    `scapa share` does that. Columns are 0 for a text without words.
    """

    name = "machine"
    version = 1
    needs = ("quotes",)
    source = (
        "words: published excess frequencies (Kobak et al. 2025, Liang et al. 2024) and stock phrases written down by "
        "hand (Apache-2.0, as Scapa); surprise: word frequencies up to 2021 by wordfreq (data CC BY-SA 4.0)"
    )
    failures = (
        "careful, formal or non-native English has the same signs: on its own no column tells people from machines",
        "the word lists are English; in other languages only the counts of shape say anything",
        "machine text that was told to sound casual, or was edited, loses its signs",
        "the lists are of the assistants of 2023 and 2024; later ones have other favourite words",
    )
    columns = {
        "words": Column("int", "own words"),
        "markers": Column("int", "different words out of those that were rare before assistants, e.g. “delve”"),
        "excess": Column("float", "words that assistants use more often, per 1,000 words"),
        "phrases": Column("float", "stock phrases of assistants, per 1,000 words"),
        "self_reference": Column(
            "int", "phrases by which assistants speak of themselves, quoted or left in by mistake"
        ),
        "contractions": Column("float", "English contractions such as “don't”, per 1,000 words"),
        "first_person": Column("float", "“I”, “me”, “my”, per 1,000 words"),
        "surprise": Column("float", "mean bits a word by the frequencies of words up to 2021"),
        "surprise_spread": Column("float", "standard deviation of those bits"),
        "unknown": Column("float", "share of words that the frequency table does not have, such as typing errors"),
        "word_length": Column("float", "mean bytes a word"),
        "sentence_words": Column("float", "mean words a sentence"),
        "sentence_spread": Column("float", "standard deviation of words a sentence, over their mean"),
        "lower_starts": Column("float", "share of sentences that start with a small letter"),
        "commas": Column("float", "per 1,000 words"),
        "dashes": Column("float", "em dashes per 1,000 words"),
        "listed": Column("float", "list items and headings (lines that start with -, * or #), per 1,000 words"),
        "lines": Column("float", "line breaks per 1,000 words"),
        "distinct": Column("float", "share of different words among the first hundred"),
        "function_words": Column("counts", "how often each of some common English words occurs (the list FUNCTION)"),
    }

    def data(self) -> tuple[str, ...]:
        return _data()

    def arrays(self, batch: pa.RecordBatch) -> list[pa.Array]:
        import numpy as np
        import pyarrow as pa

        from scapa.text.own import ranges
        from scapa.text.prior import Prior
        from scapa.text.style import count

        counts = count(batch.column("text"), *ranges(batch.column("quotes").field("spans")), _lists(), Prior.load())
        common = function_words(counts)
        rows = np.arange(len(common) + 1, dtype=np.int32) * common.shape[1]
        measured = {name: pa.array(values) for name, values in measures(counts).items()}
        measured["function_words"] = pa.ListArray.from_arrays(pa.array(rows), pa.array(common.ravel()))
        return [measured[name] for name in self.columns]


def measures(counts: NDArray[np.float64]) -> dict[str, NDArray[np.float64]]:
    """Return the columns of the judgement but the last out of the counts of `scapa.text.style`."""
    import numpy as np

    from scapa.text.style import NAMES

    raw = dict(zip(NAMES, counts.T, strict=False))
    lists = counts[:, len(NAMES) - 1 : -len(listed(FUNCTION))].T
    words, sentences = np.maximum(raw["words"], 1), np.maximum(raw["sentences"], 1)
    surprise, length = raw["bits"] / words, raw["words"] / sentences
    return {
        "words": raw["words"],
        "markers": lists[-1],
        "excess": 1_000 * (lists[_MARKED] + lists[_COMMON]) / words,
        "phrases": 1_000 * lists[_STOCK] / words,
        "self_reference": lists[_SELF],
        "contractions": 1_000 * lists[_CONTRACTED] / words,
        "first_person": 1_000 * lists[_FIRST] / words,
        "surprise": surprise,
        "surprise_spread": np.sqrt(np.maximum(raw["bits_squared"] / words - surprise**2, 0)),
        "unknown": raw["unknown"] / words,
        "word_length": raw["bytes"] / words,
        "sentence_words": length,
        "sentence_spread": np.sqrt(np.maximum(raw["sentence_squares"] / sentences - length**2, 0))
        / np.maximum(length, 1),
        "lower_starts": raw["lower_starts"] / sentences,
        "commas": 1_000 * raw["commas"] / words,
        "dashes": 1_000 * raw["dashes"] / words,
        "listed": 1_000 * raw["listed"] / words,
        "lines": 1_000 * raw["lines"] / words,
        "distinct": raw["distinct"] / np.maximum(raw["distinct_of"], 1),
    }


def function_words(counts: NDArray[np.float64]) -> NDArray[np.uint16]:
    """Return how often each word of `FUNCTION` occurs, a row a text; more than 65,535 times counts as that."""
    import numpy as np

    return np.minimum(counts[:, -len(listed(FUNCTION)) :], 65_535).astype(np.uint16)


@cache
def _lists() -> Lists:
    from scapa.text.style import Lists

    words = {_MARKED: MARKERS, _COMMON: COMMON, _CONTRACTED: CONTRACTIONS, _FIRST: FIRST_PERSON}
    phrased = {_STOCK: phrases(PHRASES), _SELF: phrases(SELF)}
    return Lists.of({n: listed(table) for n, table in words.items()}, phrased, listed(FUNCTION))


@cache
def _data() -> tuple[str, ...]:
    lists = digest_of([MARKERS, COMMON, CONTRACTIONS, FIRST_PERSON, FUNCTION, PHRASES, SELF])
    table = file_digest(Path(__file__).parent.parent / "text" / "unigrams.npz")
    return f"lists-{lists}", f"unigrams-{table}"
