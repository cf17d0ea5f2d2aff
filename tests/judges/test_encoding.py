"""Encoding: mojibake is told from foreign letters."""

import pytest

from scapa.judges import JUDGES
from scapa.records import Document
from scapa.store.schema import document_rows


def _judge(*texts):
    rows = document_rows([(str(i), Document("post", text)) for i, text in enumerate(texts)], 0)
    return JUDGES.make("encoding")[0].judge(rows.combine_chunks().to_batches()[0]).to_pylist()


_SENTENCES = [
    "Schöne Grüße aus München, bis übermorgen!",
    "Ça, c’est l’été à Paris : déjà trente degrés.",
    "Źdźbło trawy nad brzegiem, łódź i żagle.",
    "Привет, увидимся завтра на вокзале.",
    "“It’s fine”, she said — for £20…",
]


@pytest.mark.parametrize("text", _SENTENCES)
def test_utf8_read_as_latin_is_mojibake_and_itself_is_not(text):
    good, bad = _judge(text, text.encode().decode("cp1252", "replace"))
    assert good["mojibake"] == 0
    assert bad["mojibake"] >= 1


def test_every_count_is_a_column():
    (row,) = _judge("a\ufffd \x07 zero\u200bwidth \u202e x=3D")
    del row["error"]
    assert row == {"mojibake": 0, "lost": 1, "controls": 1, "invisible": 1, "directions": 1, "residues": 1}
