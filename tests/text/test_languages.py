"""The kernel says what py3langid says of the same bytes."""

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from scapa.text.languages import languages


def _reference():
    from py3langid.langid import MODEL_FILE, LanguageIdentifier

    model = LanguageIdentifier.from_model_file(MODEL_FILE, norm_probs=True)
    model.set_languages([label for label in model.labels if len(label) == 2])
    return model


REFERENCE = _reference()
_NORWEGIAN = ("no", "nb", "nn")
_LETTERS = st.characters(codec="utf-8", categories=("Ll", "Lo", "Nd", "Po", "Zs"))


def _shares(*texts):
    data = np.frombuffer("".join(texts).encode(), np.uint8)
    ends = np.cumsum([len(text.encode()) for text in texts])
    return languages().shares(data, np.concatenate([[0], ends[:-1]]), ends)


@settings(max_examples=60, deadline=None)
@given(texts=st.lists(st.text(_LETTERS, min_size=1, max_size=80), min_size=1, max_size=4))
def test_as_the_library(texts):
    import unicodedata

    texts = [unicodedata.normalize("NFC", text) for text in texts]
    names = languages().names
    for text, shares in zip(texts, _shares(*texts), strict=True):
        if not shares.any():
            continue  # nothing the model knows: the library calls every language as likely
        for code, share in REFERENCE.rank(text):
            if code not in _NORWEGIAN:
                assert abs(share - shares[names.index(code)]) < 2e-3


def test_real_sentences_as_the_library():
    texts = ["The boat leaves from the old pier at noon.", "Das Schiff fährt mittags ab.", "船は正午に出ます。"]
    for text, shares in zip(texts, _shares(*texts), strict=True):
        code, share = REFERENCE.classify(text)
        assert languages().names[shares.argmax()] == code
        assert abs(share - shares.max()) < 2e-3


def test_nothing_known_is_all_zero():
    assert not _shares("")[0].any()
