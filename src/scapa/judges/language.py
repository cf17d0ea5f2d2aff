"""Language: the language of an author's own words, by py3langid's bundled model (139 languages, offline)."""

from __future__ import annotations

from functools import cache
from importlib.metadata import version
from typing import Any

from scapa.judges import JUDGES, Column
from scapa.judges.quotes import own_text
from scapa.judges.rowwise import Row, RowWise
from scapa.records import Span
from scapa.text.words import words

UNDETERMINED = "und"

_READ = 2_000  # characters; more do not change the answer
_FEWEST_WORDS = 3
_FEWEST_LETTERS = 12  # of scripts with spaces; others say more a letter
_LEAST = 0.5


@JUDGES.register
class Language(RowWise):
    """The language of the author's own words; addresses of mail and web pages are left out.

    Norwegian is `no`, whichever of its forms the model says.
    """

    name = "language"
    version = 1
    needs = ("quotes",)
    reads = ("text",)
    source = "py3langid's bundled model (BSD), 139 languages"
    failures = ("close relatives (Danish and Norwegian, Serbian and Croatian) in a few words",)
    columns = {
        "code": Column("text", "ISO 639-1; `und` for too few words or too close a call"),
        "confidence": Column("float", "0 to 1"),
    }

    def data(self) -> tuple[str, ...]:
        return (f"py3langid-{version('py3langid')}",)

    def row(self, row: Row) -> tuple[object, ...]:
        spans = [Span(s["start"], s["end"], s["kind"]) for s in row.needed["quotes"]["spans"]]
        return identify(own_text(row.text, spans))


def identify(text: str) -> tuple[str, float]:
    """Return the language of `text` and the model's confidence in it, 0 where there is too little to tell."""
    kept = " ".join(word for word in text[:_READ].split() if "@" not in word and "://" not in word)
    letters = sum(map(str.isalpha, kept))
    wordy = letters >= _FEWEST_LETTERS and len(words(kept)) >= _FEWEST_WORDS
    dense = letters >= 4 and len(kept.encode()) >= 2.5 * len(kept)
    if not (wordy or dense):
        return UNDETERMINED, 0.0
    code, confidence = _model().classify(kept)
    code = "no" if code in ("nb", "nn") else str(code)
    confidence = min(1.0, round(float(confidence), 6))
    return (code, confidence) if confidence >= _LEAST else (UNDETERMINED, confidence)


@cache
def _model() -> Any:
    from py3langid.langid import MODEL_FILE, LanguageIdentifier

    model = LanguageIdentifier.from_model_file(MODEL_FILE, norm_probs=True)
    model.set_languages([code for code in model.labels if len(code) == 2])
    return model
