"""Language: the language of an author's own words, and of each paragraph that is in another one."""

from __future__ import annotations

from importlib.metadata import version
from typing import TYPE_CHECKING

from scapa.judges import JUDGES, Column
from scapa.judges.columnar import Columnar

if TYPE_CHECKING:
    import numpy as np
    import pyarrow as pa
    from numpy.typing import NDArray

    from scapa.text.stretches import Stretches

UNDETERMINED = "und"

_READ = 2_000  # bytes; more do not change the answer
_FEWEST_WORDS = 3
_FEWEST_LETTERS = 12  # of scripts with spaces; others say more a letter
_FEWEST_DENSE = 4
_DENSE = 2.5  # bytes a letter
_LEAST = 0.5
_OTHER_LETTERS, _OTHER_WORDS = 40, 6  # a paragraph must have so many to be of another language than the text
_OTHER_LEAST, _MAIN_MOST = 0.9, 0.02


@JUDGES.register
class Language(Columnar):
    """The language of the author's own words; addresses of mail and web pages are left out.

    Norwegian is `no`, whichever of its forms the model says. A paragraph is of another language only where the model
    is sure, and sure that it is not the text's.
    """

    name = "language"
    version = 2
    needs = ("quotes",)
    source = "py3langid's bundled model (BSD licence), languages that have a code of two letters"
    failures = (
        "close relatives (Danish and Norwegian, Serbian and Croatian) in a few words",
        "a foreign sentence within a paragraph is not told apart",
    )
    columns = {
        "code": Column("text", "ISO 639-1; `und` for too few words or too close a call"),
        "confidence": Column("float", "0 to 1"),
        "spans": Column("spans", "paragraphs in another language; the kind is its code"),
        "other_share": Column("float", "share of own letters in those paragraphs"),
    }

    def data(self) -> tuple[str, ...]:
        return (f"py3langid-{version('py3langid')}",)

    def arrays(self, batch: pa.RecordBatch) -> list[pa.Array]:
        import numpy as np
        import pyarrow as pa

        from scapa.text.kernels import utf8
        from scapa.text.languages import languages
        from scapa.text.own import ranges
        from scapa.text.stretches import stretches

        model = languages()
        found = stretches(utf8(batch.column("text")), *ranges(batch.column("quotes").field("spans")))
        main, confidence = _main(found, model.shares(found.data, *_heads(found)))
        long = _long(found)
        shares = model.shares(found.data, found.starts[long], found.ends[long])
        sure = _surely_other(shares, main[found.text[long]])
        other = long[sure]
        names = pa.array([*model.names, UNDETERMINED])
        letters = np.bincount(found.text, found.letters, len(batch))
        foreign = np.bincount(found.text[other], found.letters[other], len(batch))
        return [
            names.take(pa.array(main)),
            pa.array(confidence),
            _spans(found, other, names.take(pa.array(shares[sure].argmax(axis=1))), len(batch)),
            pa.array(foreign / np.maximum(letters, 1)),
        ]


def _heads(found: Stretches) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return where each text's first `_READ` bytes begin and end in `found.data`, never within a character."""
    import numpy as np

    at = np.append(found.starts, len(found.data))
    starts, ends = at[found.of[:-1]], at[found.of[1:]] - 1
    cut = np.minimum(np.maximum(ends, starts), starts + _READ)
    for _ in range(3):
        within = (cut > starts) & (cut < len(found.data))
        inside = np.zeros(len(cut), bool)
        inside[within] = (found.data[cut[within]] & 0xC0) == 0x80
        cut = cut - inside
    return starts, cut


def _main(found: Stretches, shares: NDArray[np.float32]) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
    """Return each text's language (the number of names: undetermined) and how sure that is."""
    import numpy as np

    texts, names = shares.shape
    letters = np.bincount(found.text, found.letters, texts)
    words = np.bincount(found.text, found.words, texts)
    sizes = np.bincount(found.text, found.ends - found.starts, texts)
    wordy = (letters >= _FEWEST_LETTERS) & (words >= _FEWEST_WORDS)
    dense = (letters >= _FEWEST_DENSE) & (sizes >= _DENSE * letters)
    confidence = np.where(wordy | dense, shares.max(axis=1, initial=0), 0).astype(np.float64)
    return np.where(confidence >= _LEAST, shares.argmax(axis=1), names), np.minimum(confidence.round(6), 1)


def _long(found: Stretches) -> NDArray[np.int64]:
    """Return the stretches that have enough words to be of a language of their own, of texts that have several."""
    import numpy as np

    dense = (found.ends - found.starts) >= _DENSE * found.letters
    long = (found.letters >= _OTHER_LETTERS / np.where(dense, 3, 1)) & (dense | (found.words >= _OTHER_WORDS))
    return np.flatnonzero(long & (np.diff(found.of)[found.text] > 1))


def _surely_other(shares: NDArray[np.float32], main: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return the rows of `shares` whose language is surely not that row's `main`."""
    import numpy as np

    known = main < shares.shape[1]
    in_main = shares[np.arange(len(main)), np.where(known, main, 0)]
    return np.flatnonzero(known & (shares.max(axis=1, initial=0) >= _OTHER_LEAST) & (in_main <= _MAIN_MOST))


def _spans(found: Stretches, which: NDArray[np.int64], kinds: pa.Array, texts: int) -> pa.Array:
    import numpy as np
    import pyarrow as pa

    from scapa.store.schema import SPANS

    ends = np.cumsum(np.bincount(found.text[which], minlength=texts))
    rows = np.concatenate([[0], ends]).astype(np.int32)
    columns = [pa.array(found.first[which]), pa.array(found.last[which]), kinds]
    return pa.ListArray.from_arrays(pa.array(rows), pa.StructArray.from_arrays(columns, fields=list(SPANS.value_type)))
