"""Markdown, text, web pages, single mails and Maildirs."""

import pytest

from scapa.records import UNKNOWN, Problem
from scapa.sources.eml import Eml
from scapa.sources.front_matter import split
from scapa.sources.maildir import Maildir
from scapa.sources.markdown import Markdown
from scapa.sources.plain_text import PlainText
from scapa.sources.web_page import WebPage

DAY = 24 * 3600 * 1_000_000


def one(reader, path, data):
    path.write_bytes(data if isinstance(data, bytes) else data.encode())
    (item,) = reader.read(path)
    return item


def test_yaml_front_matter(tmp_path):
    matter = '---\ntitle: "On: tea"\nauthor: Ada L <ada@x.org>\ndate: 2001-03-05\nlicense: CC-BY-4.0\ntags: [a, b]\n'
    matter += "---\n\n# Tea\n"
    found = one(Markdown(), tmp_path / "a.md", matter).document
    assert (found.title, found.author, found.author_name) == ("On: tea", "ada@x.org", "Ada L")
    assert (found.licence, found.text, found.metadata) == ("CC-BY-4.0", "# Tea", (("tags", "a, b"),))
    assert (found.claimed.source, found.claimed.raw) == ("front_matter_date", "2001-03-05")


def test_toml_front_matter(tmp_path):
    matter = "+++\ntitle = 'Tea'\ndate = 2001-03-05T10:00:00Z\nauthors = ['Ada', 'Bob']\n[extra]\nx = 1\n+++\nText.\n"
    found = one(Markdown(), tmp_path / "a.md", matter).document
    assert (found.title, found.author, found.text) == ("Tea", "ada, bob", "Text.")
    assert found.claimed.start == 983786400_000000


@pytest.mark.parametrize(
    ("block", "values", "flaws"),
    [
        ("a: yes", {"a": "yes"}, ()),
        ("version: 1.10", {"version": "1.10"}, ()),
        ("a: 'it''s' # why", {"a": "it's"}, ()),
        ('a: "q\\"q"', {"a": 'q"q'}, ()),
        ("a: x # note\n# all\n\nb:\n  - y\n  - 'z'", {"a": "x", "b": "y, z"}, ()),
        ("a: x\nb: |\n  long\n  text\nc: y", {"a": "x", "c": "y"}, ("front_matter_not_read",)),
        ("a: &x [*x]\nb: y", {"b": "y"}, ("front_matter_not_read",)),
        ("a: {b: c}\nd: e", {"d": "e"}, ("front_matter_not_read",)),
    ],
)
def test_the_yaml_that_is_read(block, values, flaws):
    found = split(f"---\n{block}\n---\ntext")
    assert (found.values, found.text, found.flaws) == (values, "text", flaws)


@pytest.mark.parametrize(
    "text", ["---\nJust a paragraph between rules.\n---\nmore", "---\na: b\nno end", "a: b", "+++\n[\n+++\nx"]
)
def test_what_is_no_front_matter_stays_text(text):
    assert split(text).text == text
    assert split(text).values == {}


def test_markdown_spans_and_title(tmp_path):
    text = "# Tëa #\n\n> quoted\n> lines\n\nmine\n\n```py\n> code\n```\n> last"
    found = one(Markdown(), tmp_path / "a.md", text).document
    data = found.text.encode()
    assert [(s.kind, data[s.start : s.end].decode()) for s in found.spans] == [
        ("blockquote", "> quoted\n> lines"),
        ("code", "```py\n> code\n```"),
        ("blockquote", "> last"),
    ]
    assert found.title == "Tëa"
    unclosed = one(Markdown(), tmp_path / "a.md", "x\n```\ncode")
    assert unclosed.document.text == "x\n```\ncode"


def test_text_files_take_the_settings_where_they_say_nothing(tmp_path):
    found = one(PlainText(author="Ada", licence="CC0-1.0"), tmp_path / "2001-03-05-tea.txt", b"Tea.\r\n").document
    assert (found.text, found.author, found.licence) == ("Tea.", "ada", "CC0-1.0")
    assert (found.claimed.source, found.claimed.end - found.claimed.start) == ("file_name", DAY + 28 * DAY // 24)
    bare = one(PlainText(), tmp_path / "a.txt", b"caf\xe9")
    assert (bare.document.text, bare.flaws) == ("café", ("guessed_charset",))
    assert (bare.document.author, bare.document.licence, bare.document.claimed) == (UNKNOWN, UNKNOWN, None)


def test_text_that_is_none_is_a_problem(tmp_path):
    assert one(PlainText(), tmp_path / "a.txt", b"a\x00b").why == "not text"
    assert one(PlainText(), tmp_path / "a.txt", b" \n").why == "an empty file"
    assert "record_limit" in one(PlainText(record_limit=3), tmp_path / "a.txt", b"long").why
    assert one(PlainText(), tmp_path / "a.txt", "é".encode("utf-16")).document.text == "é"


def test_web_pages(tmp_path):
    page = (
        "<!doctype html><html><head><title>T &amp; a</title></head><body><p>x<blockquote>q</blockquote></body></html>"
    )
    found = one(WebPage(author="Ada"), tmp_path / "a.html", page).document
    assert (found.title, found.text, found.author) == ("T & a", "x\n\nq", "ada")
    assert [s.kind for s in found.spans] == ["html_blockquote"]


def test_mails_of_any_name_and_apple_mail(tmp_path):
    message = b"From: a@b.c\nSubject: s\n\nbody\n"
    assert (
        one(Eml(), tmp_path / "00017.ab12", b"From a@b.c Mon Mar  5 10:00:00 2001\n" + message).document.text == "body"
    )
    emlx = b"%d       \n" % len(message) + message + b"<?xml version='1.0'?><plist/>"
    assert one(Eml(), tmp_path / "1.emlx", emlx).document.text == "body"
    assert one(Eml(), tmp_path / "x", b"just words\n").why == "not a mail: it does not begin with a header"
    assert one(Eml(), tmp_path / "x", b"\n\n").why == "an empty message"
    assert one(Eml(), tmp_path / "x", b"\x89PNG\x00\x00").why == "not text"
    assert one(Eml(), tmp_path / "x", b"").why == "an empty message"


def test_maildir_flags_and_folders(tmp_path):
    for folder in (tmp_path, tmp_path / ".Sent"):
        for name in ("cur", "new", "tmp"):
            (folder / name).mkdir(parents=True)
    (tmp_path / "cur" / "1.a:2,FS").write_bytes(b"From: a@b.c\n\nx\n")
    (tmp_path / ".Sent" / "new" / "2.b").write_bytes(b"From: a@b.c\n\ny\n")
    (tmp_path / "dovecot-uidlist").write_bytes(b"1")
    (tmp_path / "stray.txt").write_bytes(b"1")
    items = list(Maildir().files(tmp_path))
    assert [i for i in items if isinstance(i, Problem)] == [
        Problem("stray.txt", "not in cur or new, so no mail of this Maildir")
    ]
    found = [next(iter(Maildir().read(i))) for i in items if not isinstance(i, Problem)]
    assert sorted(f.locator for f in found) == ["1.a", "2.b"]
