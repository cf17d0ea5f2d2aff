"""Quotes: the hand-written layouts, spans, structure from the reader, hostile lines."""

import hashlib
import time
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scapa.judges.mail_lines import KINDS
from scapa.judges.quotes import find_quotes, own_text
from scapa.judges.rowwise import BadSpan
from scapa.records import Span

_FILE = Path(__file__).parent / "quote_layouts.txt"
_DIGEST = "af1727948236f8c6"
_KINDS = {
    "o": None, "q": "quote", "a": "attribution", "f": "forward", "h": "header", "s": "signature", "d": "disclaimer",
    "l": "footer", "Q": "quote", "S": "signature",
}  # fmt: skip
_STRUCTURE = {"Q": "html_quote", "S": "html_signature"}
_NAMES = frozenset({"author person", "author@example.org"})


def _layouts():
    for block in _FILE.read_text("utf-8").split("\n== ")[1:]:
        name, *lines = block.rstrip("\n").split("\n")
        yield name, [(line.partition("|")[0], line.partition("|")[2]) for line in lines]


LAYOUTS = dict(_layouts())


def _judge(lines, kind="mail"):
    """Return for each line its text and the kind of the span that holds all of it."""
    text = "\n".join(line for _, line in lines)
    starts, at = [], 0
    for _, line in lines:
        starts.append((at, at + len(line.encode())))
        at = starts[-1][1] + 1
    given_ = [Span(*starts[i], _STRUCTURE[c]) for i, (c, _) in enumerate(lines) if c in _STRUCTURE]
    spans = find_quotes(text, kind, given_, _NAMES)
    return (
        [next((s.kind for s in spans if s.start <= a and b <= s.end and a < b), None) for a, b in starts],
        text,
        spans,
    )


def test_the_labelled_set_is_the_one_that_the_floors_are_for():
    assert hashlib.sha256(_FILE.read_bytes()).hexdigest()[:16] == _DIGEST
    assert len(LAYOUTS) >= 60


@pytest.mark.parametrize("name", LAYOUTS)
def test_layout(name):
    found, _, _ = _judge(LAYOUTS[name])
    wanted = [_KINDS[code] if code else None for code, _ in LAYOUTS[name]]
    for kind, want, (code, line) in zip(found, wanted, LAYOUTS[name], strict=True):
        assert not code or kind == want, line


def test_floors_over_the_whole_set():
    """Span F1 by bytes of what is not own, recall of what is own, and layouts without a wrong line."""
    both = found = wanted = own = own_kept = right = 0
    for lines in LAYOUTS.values():
        kinds, _, _ = _judge(lines)
        ok = True
        for kind, (code, line) in zip(kinds, lines, strict=True):
            size, want = len(line.encode()), _KINDS.get(code)
            if not code:
                continue
            found += size * (kind is not None)
            wanted += size * (want is not None)
            both += size * (kind is not None and want is not None)
            own += size * (want is None)
            own_kept += size * (want is None and kind is None)
            ok &= kind == want
        right += ok
    assert 2 * both / (found + wanted) >= 0.995
    assert own_kept / own >= 0.995
    assert right / len(LAYOUTS) >= 0.98


@pytest.mark.parametrize(
    "name", ["gmail_en", "outlook_en", "signature_strict", "forward_en_gmail", "mailing_list_footer"]
)
@pytest.mark.parametrize("kind", ["chat", "document"])
def test_only_mail_and_posts_have_layouts(name, kind):
    assert _judge(LAYOUTS[name], kind)[2] == []


def test_posts_have_layouts_too():
    assert _judge(LAYOUTS["gmail_en"], "post")[2] == _judge(LAYOUTS["gmail_en"], "mail")[2]


def test_spans_are_whole_lines_and_own_text_is_the_rest():
    text = "Größe: gut.\n\nAm 03.03.2014 um 10:15 schrieb Erika:\n> Größe?\n> Ja\n\nSchön.\n"
    spans = find_quotes(text, "mail", ())
    raw = text.encode()
    assert [(raw[s.start : s.end].decode(), s.kind) for s in spans] == [
        ("Am 03.03.2014 um 10:15 schrieb Erika:\n", "attribution"),
        ("> Größe?\n> Ja\n", "quote"),
    ]
    assert own_text(text, spans) == "Größe: gut.\n\n\nSchön.\n"


def test_the_readers_spans_cut_the_lines():
    text = "one two three\n> four\nfive"
    spans = find_quotes(
        text, "mail", [Span(4, 7, "html_quote"), Span(16, 20, "html_signature"), Span(0, 3, "attachment")]
    )
    assert spans == [Span(4, 7, "quote"), Span(14, 16, "quote"), Span(16, 20, "signature"), Span(20, 21, "quote")]


def test_spans_within_a_character_grow_to_its_edges():
    assert find_quotes("aé🛶z", "chat", [Span(2, 5, "flowed_quote")]) == [Span(1, 7, "quote")]


@pytest.mark.parametrize("span", [Span(-1, 2, "html_quote"), Span(0, 99, "html_quote"), Span(3, 2, "html_quote")])
def test_spans_outside_the_text_are_refused(span):
    with pytest.raises(BadSpan):
        find_quotes("short", "mail", [span])


def test_author_of_a_memo_is_no_forward_but_another_is():
    lines = LAYOUTS["own_memo"]
    text = "\n".join(line for _, line in lines)
    assert find_quotes(text, "mail", (), frozenset({"author person"})) == []
    assert {s.kind for s in find_quotes(text, "mail", (), frozenset({"jane doe"}))} == {"header", "quote"}


_HOSTILE = {
    "quote marks in one line": "> " * 100_000,
    "quote marks in lines": "> \n" * 70_000,
    "on": "On " * 66_000,
    "on in lines": "On \n" * 50_000,
    "on wrote": "On 3 Mar 2014 10:15 " * 10_000 + "wrote:",
    "wrote lines": "On 3 Mar 2014, a@b wrote:\n\n" * 8_000,
    "names": "A b C d wrote:\n" * 13_000,
    "colons": ":" * 200_000,
    "colon lines": "a:\n" * 70_000,
    "from lines": "From: a\n" * 25_000,
    "to lines": "From: a\n" + "To: b,\n" * 25_000,
    "blank lines": "From: a\n" + "\n" * 200_000 + "wrote:",
    "dashes": "-" * 200_000,
    "dash lines": "--\n" * 66_000,
    "signatures": "-- \nx\n" * 33_000,
    "rules": ("_" * 40 + "\n") * 5_000,
    "sent from": "Sent from my " * 15_000,
    "sent from lines": "Sent from my iPhone\n" * 10_000,
    "disclaimers": "\n\nThis message is confidential" * 7_000,
    "one disclaimer": "This message " + "confidential " * 15_000,
    "initials": "AB> x\nC d wrote:\n" * 12_000,
    "many initials": "".join(f"wrote:\nA{chr(97 + i % 26)}{chr(97 + i // 26 % 26)}> x\n" for i in range(14_000)),
    "prefixes": "On 3 Mar 2014, a@b wrote:\n--]x\n--]y\n" * 5_000,
    "white space": " \t" * 100_000,
    "carriage returns": "\r" * 200_000,
}


@pytest.mark.parametrize("name", _HOSTILE)
def test_hostile_lines_take_no_time(name):
    started = time.process_time()
    find_quotes(_HOSTILE[name], "mail", (), frozenset({"jane"}))
    assert time.process_time() - started < 1.0


def test_time_grows_with_the_text_only():
    text = "\n".join("\n".join(line for _, line in lines) for lines in LAYOUTS.values())
    times = []
    for copies in (4, 16):
        started = time.process_time()
        find_quotes((text + "\n") * copies, "post", ())
        times.append(time.process_time() - started)
    assert times[1] < 4 * times[0] * 3


@given(st.text(max_size=200))
def test_own_text_and_spans_partition_the_text(text):
    spans = find_quotes(text, "mail", ())
    raw = text.encode()
    assert len(own_text(text, spans).encode()) == len(raw) - sum(s.end - s.start for s in spans)
    assert {s.kind for s in spans} <= set(KINDS)
