"""A hundred thousand odd records through each of the judges of private data, names and robots: none fails."""

import random

import pytest
from bench.evaluations.private import SETS, read

from scapa.judges import JUDGES
from scapa.records import Document
from scapa.store.schema import document_rows

_RECORDS, _BATCH = 100_000, 2_000
_PIECES = [line.text for line in read(SETS / "private_development.txt")] + [
    "@", "+", " ", "\n", "1", "0", ".", ",", ":", "(", ")", "-", "/", "<", ">", "é", "ß", "\u00a0", "\u200b", "\u202e",
    "〒", "東京都", "🛶", "\0", "\r", "password: ", "tel ", "born ", "IBAN ", "://", "<<<", "-----BEGIN ", "eyJ",
    "(at)",
    "%40", "To unsubscribe", "Jane", "Will", "12345 Berlin", "CA 94110", "On Monday Jane wrote:", "> ",
]  # fmt: skip
_HEADERS = [
    b"From: Jane Doe <jane@example.org>\n", b"From: =?utf-8?q?J=C3=BC?= <j@x.org>\n", b"Precedence: bulk\n",
    b" folded\n",
    b"To: \"Will, Doe\" <w@x.org>, <", b"List-Id: <a.b>\r\n", b"\xff\xfe\n", b"From: no-reply@x.org\n", b"\0:\n",
    b"Subject:",
]  # fmt: skip


def _text(rng):
    pieces = []
    for piece in rng.choices(_PIECES, k=rng.randint(0, 8)):
        start = rng.randrange(len(piece)) if rng.random() < 0.3 else 0
        pieces.append(piece[start : rng.randint(start, len(piece))] if rng.random() < 0.3 else piece[start:])
    return "".join(pieces)


def _documents(rng):
    for _ in range(_BATCH):
        headers = b"".join(rng.choices(_HEADERS, k=rng.randint(0, 4)))
        kind = rng.choice(["mail", "chat"])
        yield Document(
            kind, _text(rng), author_name=rng.choice(["Jane Doe", ""]), title=_text(rng)[:80], headers=headers
        )


@pytest.mark.slow
@pytest.mark.parametrize("name", ["private", "names", "automated"])
def test_no_record_fails_and_all_spans_are_sound(name):
    rng = random.Random(f"{name} 1")
    judge = JUDGES.make(name)[0]
    for _ in range(_RECORDS // _BATCH):
        documents = list(_documents(rng))
        table = document_rows([(f"{i:064x}", document) for i, document in enumerate(documents)], 0)
        rows = judge.judge(table.combine_chunks().to_batches()[0]).to_pylist()
        assert len(rows) == len(documents)
        for document, row in zip(documents, rows, strict=True):
            assert row["error"] is None, document
            assert _are_sound(document.text.encode(), row.get("spans", [])), document


def _are_sound(raw, spans):
    at = 0
    for span in spans:
        if not at <= span["start"] < span["end"] <= len(raw):
            return False
        raw[at : span["start"]].decode()
        raw[span["start"] : span["end"]].decode()
        at = span["end"]
    return True
