"""`python -m bench.spam [--json]`: how fast the spam judge is on real mail (SpamAssassin's, fetched).

The figures are megabytes of text a CPU-second. The peer does the words alone: scikit-learn's HashingVectorizer with
character 4-grams into as many buckets, then a sparse product with the weights, on the same own words.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pyarrow as pa
from sklearn.feature_extraction.text import HashingVectorizer

from bench.evaluations.spam import corpus
from bench.measured import Measured, interleaved, parser, show
from scapa.judges.quotes import own_text
from scapa.judges.spam import Spam
from scapa.judges.spam_model import start
from scapa.records import Span
from scapa.text.ngrams import BUCKETS, SIZE, grams, score

_ROWS = 512


def main() -> None:
    """Measure and print."""
    options = parser(__doc__, 5).parse_args()
    batch = corpus().batch
    own = _own_words(batch)
    sides = {"judge": _judge(batch), "words": _words(own), "peer": _peer(own)}
    taken = interleaved(sides, options.repeats)
    size = sum(len(text.encode()) for text in batch.column("text").to_pylist()) / 1e6
    rates = {name: [size / spent for spent in seconds] for name, seconds in taken.items()}
    rows = [
        Measured.of("the whole judge: headers and words", rates["judge"], rates["peer"], "MB/CPU-s", rate=True),
        Measured.of("the words alone", rates["words"], rates["peer"], "MB/CPU-s", rate=True),
    ]
    show(rows, as_json=options.json)


def _own_words(batch: pa.RecordBatch) -> list[str]:
    spans = batch.column("quotes").field("spans").to_pylist()
    texts = batch.column("text").to_pylist()
    return [
        own_text(text, [Span(s["start"], s["end"], s["kind"]) for s in given])
        for text, given in zip(texts, spans, strict=True)
    ]


def _judge(batch: pa.RecordBatch) -> Callable[[], object]:
    judge = Spam()
    return lambda: [judge.judge(batch.slice(at, _ROWS)) for at in range(0, len(batch), _ROWS)]


def _words(texts: list[str]) -> Callable[[], object]:
    array, model = pa.array(texts), start()
    none, rows = np.zeros((0, 2), np.int64), np.zeros(len(texts) + 1, np.int64)
    return lambda: score(grams(array, none, rows), model.weights)


def _peer(texts: list[str]) -> Callable[[], object]:
    vectorizer = HashingVectorizer(analyzer="char", ngram_range=(SIZE, SIZE), n_features=BUCKETS)
    weights = start().weights[:-1]
    return lambda: vectorizer.transform(texts) @ weights


if __name__ == "__main__":
    main()
