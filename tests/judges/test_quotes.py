"""Quotes: layouts and real mail labelled by other hands, spans, structure from the reader, hostile lines."""

import gc
import hashlib
import time
from pathlib import Path

import pytest
from bench.evaluations.quotes import HALVES, sets
from bench.labelled.mail import FOLDER, html_mails, layouts, real_mails
from hypothesis import given
from hypothesis import strategies as st

from corpora import spam_assassin
from scapa.judges import JUDGES
from scapa.judges.mail_lines import KINDS
from scapa.judges.quotes import author_names, find_quotes, own_text
from scapa.judges.rowwise import BadSpan
from scapa.measure.spans import Agreement, agreement, total
from scapa.records import Document, Span
from scapa.store.schema import document_rows
from scapa.text.words import words

_FILE = Path(__file__).parent / "quote_layouts.txt"
_DIGEST = "a13895095e037776"
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


def _measured(mails) -> list[Agreement]:
    return [agreement(m.document.text, _spans(m.document), m.wanted, m.unsure) for m in mails]


def _spans(document):
    names = author_names(document.author, document.author_name)
    return find_quotes(document.text, "mail", document.spans, names)


def _digest_of(paths):
    return hashlib.sha256(b"".join(path.read_bytes() for path in paths)).hexdigest()[:16]


def test_the_labelled_sets_are_those_that_the_floors_are_for():
    assert _digest_of([FOLDER / "layouts_development.txt"]) == "859ce21be37e714a"
    assert _digest_of([FOLDER / "mail.tsv"]) == "d5a27ddcee76609b"
    assert _digest_of(sorted((FOLDER / "html_development").iterdir())) == "40d7f30aa96866ec"


def test_floors_on_layouts_of_other_hands():
    """Bytes that are not own: F1, leak, loss; and mails without a wrong byte."""
    each = _measured(layouts(FOLDER / "layouts_development.txt"))
    whole = total(each)
    assert len(each) == 199
    assert whole.f1 >= 0.99
    assert whole.leak <= 0.01
    assert whole.loss <= 0.01
    assert sum(a.found == a.wanted == 0 for a in each) >= 195


@pytest.mark.parametrize("language", ["en", "de", "fr", "es", "it", "da", "nl", "pt", "pl", "ja"])
def test_floor_in_every_language(language):
    mails = [m for m in layouts(FOLDER / "layouts_development.txt") if m.name.split("_")[1] == language]
    assert len(mails) >= 8
    assert total(_measured(mails)).f1 >= 0.98


@pytest.mark.parametrize("mail", [m for m in layouts(FOLDER / "layouts_development.txt") if "neg" in m.name], ids=str)
def test_what_only_looks_like_mail_stays_the_authors(mail):
    found = agreement(mail.document.text, _spans(mail.document), mail.wanted)
    assert (found.found, found.wanted) == (0, 0)


def test_floors_on_html_mail_with_the_readers_structure():
    mails = list(html_mails(FOLDER / "html_development"))
    assert len(mails) == 51
    assert [mail.missing for mail in mails if mail.missing] == []
    whole = total(_measured(mails))
    assert whole.f1 >= 0.98
    assert whole.leak <= 0.02
    assert whole.loss <= 0.02


@pytest.mark.slow
def test_floors_on_real_mail():
    each = _measured(real_mails(FOLDER / "mail.tsv", spam_assassin(), "development"))
    whole = total(each)
    assert len(each) == 120
    assert whole.f1 >= 0.97
    assert whole.leak <= 0.05
    assert whole.loss <= 0.01


@pytest.mark.parametrize("half", HALVES)
def test_every_set_that_is_there_is_evaluated(half):
    there = [name for name, its_half, _ in sets() if its_half == half]
    files = {"layouts": FOLDER / f"layouts_{half}.txt", "HTML mails": FOLDER / f"html_{half}"}
    assert there[:-1] == [name for name, path in files.items() if path.exists()]
    assert there[-1] == "real mails"


def test_own_words_are_those_outside_the_spans():
    mails = [*layouts(FOLDER / "layouts_development.txt"), *html_mails(FOLDER / "html_development")]
    table = document_rows([(f"{i:064x}", m.document) for i, m in enumerate(mails)], 0).combine_chunks()
    judged = JUDGES.make("quotes")[0].judge(table.to_batches()[0]).to_pylist()
    for mail, row in zip(mails, judged, strict=True):
        spans = [Span(**span) for span in row["spans"]]
        assert spans == _spans(mail.document)
        own, all_ = len(words(own_text(mail.document.text, spans))), len(words(mail.document.text))
        assert row["own_words"] == own
        assert row["quoted_share"] == pytest.approx((all_ - own) / all_ if all_ else 0)


def test_a_span_that_leaves_the_text_is_an_errored_row_beside_sound_ones():
    documents = [Document("mail", "short", spans=(Span(0, 99, "html_quote"),)), Document("mail", "> x\nyes")]
    table = document_rows([(f"{i:064x}", d) for i, d in enumerate(documents)], 0).combine_chunks()
    batch = table.to_batches()[0]
    rows = JUDGES.make("quotes")[0].judge(batch).to_pylist()
    assert rows[0] == {"spans": None, "own_words": None, "quoted_share": None, "error": "BadSpan"}
    assert (rows[1]["own_words"], rows[1]["quoted_share"], rows[1]["error"]) == (1, 0.5, None)


def test_the_labelled_set_is_the_one_that_the_floors_are_for():
    assert hashlib.sha256(_FILE.read_bytes()).hexdigest()[:16] == _DIGEST
    assert len(LAYOUTS) >= 160


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
    "one line": "On 3 Mar 2014, a@b.org wrote: > x " * 30_000,
    "names in a line": "Ann " * 50_000,
    "names in lines": "Ann Other\n\n" * 20_000,
    "numbers": "+49 711 " * 25_000,
    "numbers in lines": "Ann\nTel. +49 711 000000-12\n\n" * 8_000,
    "closings": "with my best kind regards\n" * 8_000,
    "boxes": "=-=-=-=-=-=\nAnn\n" * 12_000,
    "footers": "To unsubscribe click http://a.org\n\n" * 6_000,
    "notices": "confidential recipient sender delete it privileged\n\n" * 4_000,
    "announced": "On 3 Mar 2014 10:15, <a@b.org> wrote:\n\n" * 7_000,
    "announced above initials": "On 3 Mar 2014 10:15, <a@b.org> wrote:\n\nx\n\n" * 7_000 + "AB> x\nAB> y",
    "tags": "On 3 Mar 2014 10:15, a@b.org wrote:\n\n" + "[A] x\n\n" * 25_000,
    "columns": "    a    Subject: b\n" * 10_000,
    "armour": "-----BEGIN PGP SIGNATURE-----\n" * 7_000,
    "groupwise": ">>> a@b.org 1/1/2009 10:15 >>>\n\n" * 6_000,
    "raw headers": "these:\nFrom: a@b.org\nDate: 1 Jan 2009\nTo: c\nX-A: d\n\n" * 5_000,
    "mottos": 'Ann\n\n"so it is"\n\n' * 12_000,
    "ideographic": "＞引用：\n" * 40_000,
    "shell": "$ a \\\n> b\n" * 20_000,
    "carriage returns": "\r" * 200_000,
}


def test_time_grows_with_the_text_only():
    text = "\n".join("\n".join(line for _, line in lines) for lines in LAYOUTS.values())
    times = []
    for copies in (4, 16):
        started = time.process_time()
        find_quotes((text + "\n") * copies, "post", ())
        times.append(time.process_time() - started)
    assert times[1] < 4 * times[0] * 3


@pytest.mark.parametrize("name", _HOSTILE)
def test_hostile_lines_take_linear_time(name):
    _grows_linearly(_HOSTILE[name][-40_000:])


@pytest.mark.slow
@pytest.mark.parametrize("name", _HOSTILE)
def test_many_hostile_lines_take_linear_time(name):
    _grows_linearly(_HOSTILE[name])


@pytest.mark.slow
@pytest.mark.parametrize(
    "text", [">\n" * 100_000, "On 3 Mar 2014 10:15, A <a@b.org> wrote:\n" * 100_000, "wrote: > On 3 Mar " * 60_000],
    ids=["marks", "attributions", "a megabyte in one line"],
)  # fmt: skip
def test_long_mails_take_linear_time(text):
    _grows_linearly(text)


def _grows_linearly(text: str) -> None:
    """Four times the text takes about four times as long: below eight, with some milliseconds for the clock."""
    whole = _seconds(text)
    assert whole < 5.0
    assert whole < 8 * _seconds(text[-len(text) // 4 :]) + 0.05


def _seconds(text: str) -> float:
    gc.collect()
    started = time.process_time()
    find_quotes(text, "mail", (), frozenset({"jane"}))
    return time.process_time() - started


def test_nested_block_quotes_take_no_time():
    text = "x\n" * 20_000
    nested = [Span(at, len(text) - at, "html_blockquote") for at in range(0, 16_000, 2)]
    started = time.process_time()
    assert find_quotes(text, "mail", nested) == []
    assert time.process_time() - started < 1.0


def test_a_block_quote_is_a_quote_where_an_attribution_stands_above_it():
    text = "On 3 Mar 2014 10:15, Jane <j@x.org> wrote:\nAre you coming?\nYes."
    span = Span(43, 58, "html_blockquote")
    assert text[span.start : span.end] == "Are you coming?"
    assert [(s.start, s.end, s.kind) for s in find_quotes(text, "mail", [span])] == [
        (0, 43, "attribution"), (43, 59, "quote")
    ]  # fmt: skip
    poem = "Do you know this one?\nThe sea is a road\nthat nobody paves.\nYours"
    assert find_quotes(poem, "mail", [Span(22, 58, "html_blockquote")]) == []


def test_answers_that_begin_with_the_announced_tag_are_the_authors():
    text = "My answers: JD>\n\nFrom: A\nSent: 3 May 2010\nTo: J\nSubject: x\n\nWhen?\n\nJD> At six.\n\nWhere?"
    assert own_text(text, find_quotes(text, "mail", ())).split() == ["My", "answers:", "JD>", "JD>", "At", "six."]


def test_attributions_above_nothing_of_the_authors_own_take_nothing():
    text = "On Sun, 21 Jul 2002 05:11:08 -0400\nChe <che@example.org> wrote:\n\nThe server works again now :)!"
    assert [s.kind for s in find_quotes(text, "mail", ())] == ["attribution"]


@given(st.text(max_size=200))
def test_own_text_and_spans_partition_the_text(text):
    spans = find_quotes(text, "mail", ())
    raw = text.encode()
    assert len(own_text(text, spans).encode()) == len(raw) - sum(s.end - s.start for s in spans)
    assert {s.kind for s in spans} <= set(KINDS)
