"""Private data: the marked lines, byte spans, hostile text."""

import hashlib
import time
from pathlib import Path

import numpy as np
import pyarrow as pa
import pytest
from bench.evaluations.private import SETS, counts, marked_line, read
from hypothesis import given
from hypothesis import strategies as st

from scapa.judges import JUDGES
from scapa.judges.private import KINDS, find_private
from scapa.judges.rowwise import byte_offsets
from scapa.records import Document
from scapa.store.schema import document_rows

_FILE = Path(__file__).parent / "private_lines.txt"
_DEVELOPMENT = SETS / "private_development.txt"
_DIGESTS = {_FILE: "859b8af946b46377", _DEVELOPMENT: "9375255d91109477"}

LINES = [
    marked_line(line.replace("~", "\n")) for line in _FILE.read_text("utf-8").split("\n\n", 1)[1].strip().split("\n")
]
DEVELOPMENT = read(_DEVELOPMENT)


@pytest.mark.parametrize("path", _DIGESTS, ids=lambda path: path.stem)
def test_the_labelled_sets_are_the_ones_that_the_floors_are_for(path):
    assert hashlib.sha256(path.read_bytes()).hexdigest()[:16] == _DIGESTS[path]


@pytest.mark.parametrize(("text", "marked"), LINES, ids=[text[:40] for text, _ in LINES])
def test_line(text, marked):
    """The first set called keys and passwords `secret`, both."""
    found = [(s, e, "secret" if kind in ("key", "password") else kind) for s, e, kind in find_private(text)]
    assert found == marked


@pytest.mark.parametrize("path", sorted(SETS.glob("private_*.txt")), ids=lambda path: path.stem)
def test_floors(path):
    """Precision and recall of exact spans, line by line and over all lines as one text: neighbours must not join."""
    lines = read(path)
    right, ours, met, wanted = counts(lines, [find_private(line.text) for line in lines], None, exact=True).sum(axis=0)
    assert right / ours >= 0.97
    assert met / wanted >= 0.9
    text, marked = "", []
    for line in lines:
        marked += [(start + len(text), end + len(text), kind) for start, end, kind in line.marked]
        text += line.text + "\n\n"
    found = find_private(text)
    assert len(set(found) & set(marked)) >= 0.97 * right


_NATIONAL = [
    # a number whose check digits hold, and the same with one digit changed
    ("SSN 281-66-7264", "SSN 000-66-7264"),
    ("DNI 59593004G", "DNI 59593005G"),
    ("NIE X0744405X", "NIE X0744406X"),
    ("BNCGNN48E19A944J", "BNCGNN48E18A944J"),
    ("CPR 020854-0947", "CPR 320854-0947"),
    ("BSN 252952200", "BSN 252952201"),
    ("NIF 298066874", "NIF 298066875"),
    ("PESEL 54040385021", "PESEL 54040385022"),
    ("172093106110205", "172093106110206"),
    ("Steuer-ID 20946185476", "Steuer-ID 20946185477"),
    ("マイナンバー 272299436640", "マイナンバー 272299436641"),
    ("CPF 529.982.247-25", "CPF 529.982.247-26"),
    ("AHV 756.9217.0769.85", "AHV 756.9217.0769.86"),
    ("personnummer 811218-9876", "personnummer 811218-9875"),
    ("SIN 046 454 286", "SIN 046 454 287"),
]


@pytest.mark.parametrize(("right", "wrong"), _NATIONAL)
def test_check_digits_of_national_numbers(right, wrong):
    assert [kind for *_, kind in find_private(right)] == ["national_id"]
    assert [kind for *_, kind in find_private(wrong)] == []


def test_a_weak_check_digit_needs_its_word():
    for text in ("252952200", "54040385021", "20946185476", "281-66-7264", "272299436640", "59593004G"):
        assert find_private(f"number {text} here") == []


def _rows(*texts):
    rows = document_rows([(f"{i:064x}", Document("chat", text)) for i, text in enumerate(texts)], 0).combine_chunks()
    return JUDGES.make("private")[0].judge(rows.to_batches()[0])


def test_the_judge_counts_in_bytes():
    text = "Größe → Ünï: jane@example.org, +49 30 1234567 🛶 DE89 3704 0044 0532 0130 00"
    row = _rows(text).to_pylist()[0]
    raw = text.encode()
    assert [(raw[s["start"] : s["end"]].decode(), s["kind"]) for s in row["spans"]] == [
        ("jane@example.org", "email"),
        ("+49 30 1234567", "phone"),
        ("DE89 3704 0044 0532 0130 00", "iban"),
    ]
    assert row["count"] == 3


def test_the_judge_gives_what_the_finder_gives_for_every_row():
    texts = [line.text for line in [*LINES, *DEVELOPMENT]] + ["", "nothing here"]
    rows = _rows(*texts).to_pylist()
    for text, row in zip(texts, rows, strict=True):
        found = find_private(text)
        cuts = byte_offsets(text, [place for start, end, _ in found for place in (start, end)])
        wanted = [
            {"start": s, "end": e, "kind": kind} for s, e, (*_, kind) in zip(cuts[::2], cuts[1::2], found, strict=True)
        ]
        assert (row["spans"], row["count"], row["error"]) == (wanted, len(wanted), None)


def test_a_slice_of_a_batch_is_judged_as_itself():
    texts = pa.array(["a", "mail jane@example.org", None, "b", "mail joe@example.org"])
    batch = pa.RecordBatch.from_arrays([texts], names=["text"])
    judge = JUDGES.make("private")[0]
    whole = judge.judge(batch).to_pylist()
    assert [row["error"] for row in whole] == [None, None, "TypeError", None, None]
    assert [row["count"] for row in whole] == [0, 1, None, 0, 1]
    assert judge.judge(batch.slice(1, 3)).to_pylist() == whole[1:4]


_HOSTILE = {
    "letters": "a",
    "ats": "@",
    "addresses": "a@b.c",
    "dots": "a@" + "b.",
    "locals": "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa@b.cc ",
    "spelt": "a (at) b (dot) ",
    "said": "a at b dot c ",
    "digits": "1",
    "spaced digits": "1 ",
    "pluses": "+1 ",
    "brackets": "(0",
    "phones": "+1 415 555 2671 ",
    "called": "tel: (((((((((((((1 ",
    "asked": "call number ring 1 ",
    "cards": "4111 1111 1111 1111 ",
    "grouped": "1234 5678 9012 345 ",
    "ibans": "DE89 ",
    "key beginnings": "-----BEGIN RSA PRIVATE KEY-----",
    "tokens": "eyJ",
    "token dots": "eyJaaaaaaaa.",
    "sk": "sk-",
    "discord": "MAAAAAAAAAAAAAAAAAAAAAAAAAAAA.aaaaaa.",
    "bots": "12345678:AA",
    "assigned": "secret_key_key_key = ",
    "passwords": "password:",
    "password of": "password of the one ",
    "options": "mysql -p login -p curl -u ",
    "addresses of hosts": "://a:b",
    "tel": "tel: ",
    "slashes": "0/",
    "dotted": "1.1.1.1.",
    "groups": "2001:db8:",
    "births": "born 1 of born 12/",
    "stars": "* 1",
    "postcodes": "Am 1, 12345 Xx, ",
    "names": "Aa, 12345 Bb",
    "states": "Aa Bb Cc, CA 12345 ",
    "japan": "〒123-4567東京都",
    "filler": "<<<A",
    "cards of people": "ADR;;;",
    "ids": "BSN DNI NIF PESEL ssn 1",
    "passports": "passport passport 1A",
    "wide": "パスワードは1",
    "fiscal": "ABCDEF12G34H567I",
}


@pytest.mark.parametrize("name", _HOSTILE)
def test_hostile_text_takes_time_in_proportion(name):
    """Four times the text must not take eight times as long; quick ones are not worth a comparison."""
    piece = _HOSTILE[name]
    find_private(piece)
    short, long = (_seconds(piece * (size // len(piece))) for size in (50_000, 200_000))
    assert long < 0.2 or long / short < 8
    assert long < 2.0


def _seconds(text):
    started = time.process_time()
    find_private(text)
    return time.process_time() - started


@given(
    st.lists(
        st.sampled_from(
            [line.text for line in [*LINES, *DEVELOPMENT]] + ["@", "+", " ", "1", ".", "é", "\n", "\0", "〒"]
        ),
        max_size=6,
    ).map("".join)
)
def test_spans_are_sorted_disjoint_and_of_known_kinds(text):
    at = 0
    for start, end, kind in find_private(text):
        assert at <= start < end <= len(text)
        assert kind in KINDS
        at = end


def test_counts_tell_exact_from_overlapping():
    line = marked_line("to ⟦email:a@b.org⟧ and ⟦phone:+1 415 555 2671⟧")
    found = [[(3, 10, "email"), (12, 14, "phone")]]
    assert np.array_equal(counts([line], found, None, exact=True), [[1, 2, 1, 2]])
    assert np.array_equal(counts([line], found, "email", exact=False), [[1, 1, 1, 1]])
    assert line.text == "to a@b.org and +1 415 555 2671"
