"""Dates: claims, what contradicts them and what does not."""

import unicodedata

import pytest

from scapa.judges import JUDGES
from scapa.judges.anachronisms import WORDS, client, day, words_in
from scapa.judges.dates import grade
from scapa.judges.unicode_ages import newest, written_from
from scapa.records import Document
from scapa.store.schema import document_rows
from scapa.text.dates import DAY, claim

_NOW = claim("2026-06-01", "test").start


def _judge(text="We sailed at noon.", date="2014-03-03", headers="", now=_NOW):
    claimed = claim(date, "date_header") if date else None
    document = Document("mail", text, claimed=claimed, headers=headers.encode())
    rows = document_rows([("0" * 64, document)], now).combine_chunks()
    row = JUDGES.make("dates")[0].judge(rows.to_batches()[0]).to_pylist()[0]
    assert row["error"] is None
    return row


# text, claimed date, anachronisms
_TEXTS = [
    ("ChatGPT wrote it", "2019-05-01", ["word:ChatGPT"]),
    ("ChatGPT wrote it", "2023-05-01", []),
    ("chatgpt is not in the table in lower case", "2019-05-01", []),
    ("the COVID-19 rules", "2019-06-01", ["word:COVID-19"]),
    ("the COVID-19 rules", "2020-02-11", []),
    ("PRECOVID-19x is another word", "2019-06-01", []),
    ("after Brexit, before Bitcoin", "2005-01-01", ["word:Bitcoin", "word:Brexit"]),
    ("after Brexit, before Bitcoin", "2010-01-01", ["word:Brexit"]),
    ("I saw it on YouTube", "1999-12-31", ["word:YouTube"]),
    ("Sent from my iPhone", "2003-01-01", ["word:Sent from my iPhone"]),
    ("Sent from my iPhone", "2007-08-01", []),
    ("the new iPhone of Infogear", "1998-05-01", []),
    ("Twitter, said the bird, and Facebook was a book of faces", "1950-01-01", []),
    ("Linux runs", "1985-01-01", ["word:Linux"]),
    ("the World Wide Web", "1950-01-01", ["word:World Wide Web"]),
    ("a world-wide web of spies, the Internet, robots", "1950-01-01", []),
    ("gold and nylon", "1920-01-01", ["word:nylon"]),
    ("on the television tonight", "1955-01-01", []),
    ("see you 🛶", "2009-01-01", ["unicode:9.0"]),
    ("see you 🛶", "2017-01-01", []),
    ("see you 😀", "2005-01-01", ["unicode:6.1"]),
    ("we pay in ₿ now", "2010-01-01", ["unicode:10.0"]),
    ("five € and ten ™, naïve “quotes” — Ελλάδα 日本", "1999-01-01", []),
    ("old signs ☎ ☺ ✓", "1996-01-01", []),
    ("🫩 tired", "2020-01-01", ["unicode:16.0"]),
    ("Digitized by Google", "1899-01-01", ["digitized"]),
    ("Digitized by the Internet Archive in 2018 with funding", "1899-01-01", ["digitized:2018"]),
    ("Digitised in 2018", "2018-05-01", []),
    ("we digitized in three weeks", "1985-01-01", []),
    ("Copyright 2015 by the author", "2009-01-01", ["copyright:2015"]),
    ("Copyright (c) 2015 by the author", "2014-11-01", []),
    ("by 2050 all ships will sail again", "1999-01-01", []),
    ("© 1999", "1999-01-01", []),
]


@pytest.mark.parametrize(("text", "date", "found"), _TEXTS)
def test_text(text, date, found):
    row = _judge(text, date)
    assert row["anachronisms"] == found
    assert row["grade"] == ("E0" if found else "E1")


def _hops(*dates):
    return "".join(f"Received: from a by b; {date}\n" for date in dates[::-1])


# headers, claimed date, anachronisms, a finding in the evidence
_HEADERS = [
    (_hops("Mon, 3 Mar 2014 10:00:00 +0100", "Mon, 3 Mar 2014 10:00:09 +0100"), [], "received_agrees"),
    (_hops("Sun, 2 Mar 2014 23:00:00 +0000", "Mon, 3 Mar 2014 10:00:09 +0100"), [], "received_chain_consistent"),
    (_hops("Mon, 3 Mar 2003 10:00:00 +0100"), ["received_before_date"], None),
    (_hops("Fri, 28 Feb 2014 10:00:00 +0100", "Fri, 28 Feb 2014 11:00:00 +0100"), ["received_before_date"], None),
    (_hops("Fri, 28 Feb 2014 10:00:00 +0100", "Mon, 3 Mar 2014 10:00:00 +0100", "Mon, 3 Mar 2014 10:00:09 +0100"), [],
     "hop_before_date"),
    (_hops("Mon, 3 Nov 2014 10:00:00 +0100"), ["received_long_after_date"], None),
    (_hops("Mon, 17 Mar 2014 10:00:00 +0100"), [], "received_agrees"),
    (_hops("Mon, 3 Mar 2014 10:00:00 +0100", "Thu, 20 Feb 2014 10:00:00 +0100", "Mon, 3 Mar 2014 10:00:00 +0100"), [],
     "received_chain_inconsistent"),
    (_hops("no date at all"), [], None),
    ("X-Mailer: iPhone Mail (11A465)\n", [], "client:iOS Mail/11"),
    ("X-Mailer: iPhone Mail (16A366)\n", ["client:iOS Mail/16"], None),
    ("User-Agent: Mozilla/5.0 (X11) Gecko/20100101 Thunderbird/91.2.0\n", ["client:Thunderbird/91"], None),
    ("User-Agent: Mozilla/5.0 (X11) Gecko/20100101 Thunderbird/24.3.0\n", [], "client:Thunderbird/24"),
    ("User-Agent: Mutt/1.5.21 (2010-09-15)\n", [], "client:Mutt/2010-09-15"),
    ("User-Agent: Mutt/1.10.1 (2018-07-13)\n", ["client:Mutt/2018-07-13"], None),
    ("X-Mailer: Microsoft Outlook 16.0\n", ["client:Outlook/16"], None),
    ("X-Mailer: Microsoft Outlook 15.0\n", [], "client:Outlook/15"),
    ("X-Mailer: Homemade 99.0\n", [], None),
]  # fmt: skip


@pytest.mark.parametrize(("headers", "found", "evidence"), _HEADERS)
def test_headers(headers, found, evidence):
    row = _judge(headers=headers)
    assert row["anachronisms"] == found
    assert row["grade"] == ("E0" if found else "E1")
    if evidence:
        assert evidence in row["evidence"]


def test_the_bogus_2028():
    late = _hops("Fri, 4 Oct 2002 12:05:00 -0400", "Fri, 4 Oct 2002 12:06:00 -0400")
    row = _judge(date="Wed, 04 Oct 2028 12:05:01 -0400", headers=late)
    assert row["anachronisms"] == ["date_in_future", "received_before_date"]
    assert row["grade"] == "E0"
    assert _judge(date="Wed, 04 Oct 2028 12:05:01 -0400", now=claim("2029-01-01", "x").start)["grade"] == "E1"


def test_received_after_now():
    assert _judge(headers=_hops("Mon, 3 Mar 2014 10:00:00 +0100"), now=claim("2014-02-01", "x").start)[
        "anachronisms"
    ] == ["date_in_future", "received_in_future"]


def test_without_a_claim_the_grade_is_e0_and_not_before_still_tells():
    row = _judge("ChatGPT and Bitcoin", date="")
    assert row["grade"] == "E0"
    assert row["claimed_start"] is None
    assert row["anachronisms"] == []
    assert row["not_before"].timestamp() * 1e6 == day(WORDS["ChatGPT"])
    assert row["evidence"] == ["word:Bitcoin", "word:ChatGPT"]


def test_nothing_tells_not_before():
    assert _judge()["not_before"] is None


def test_claims_pass_through_and_their_width_counts():
    row = _judge("the COVID-19 rules", "2020")
    wide = claim("2020", "x")
    assert [row[k].timestamp() * 1e6 for k in ("claimed_start", "claimed_end")] == [wide.start, wide.end]
    assert row["grade"] == "E1"
    assert "date_header" in row["evidence"]


@pytest.mark.parametrize("word", WORDS)
def test_a_word_counts_from_its_day_and_not_a_day_before(word):
    text = f"we saw {word} there"
    since = day(WORDS[word])
    assert since in [mark.since for mark in words_in(text)]
    before = claim(WORDS[word], "x").start - 40 * DAY
    days = before // DAY
    year, month, date = (int(x) for x in _iso(days).split("-"))
    assert f"word:{word}" in _judge(text, f"{year:04d}-{month:02d}-{date:02d}")["anachronisms"]
    assert f"word:{word}" not in _judge(text, WORDS[word])["anachronisms"]


def _iso(days):
    from datetime import date, timedelta

    return (date(1970, 1, 1) + timedelta(days=days)).isoformat()


def test_grades():
    assert [grade(False), grade(True), grade(True, custody=True), grade(False, custody=True)] == [
        "E0",
        "E1",
        "E2",
        "E0",
    ]


def test_ages_of_characters():
    assert newest("plain") is None
    assert newest("naïve Ελλάδα 日本 ☎") is None
    assert newest("ȹ")[0] == "4.0"  # U+0239, Unicode 4.1
    assert newest("a😀🛶")[0] == "9.0"
    assert newest("🛶🫠")[0] == "14.0"
    assert newest("₹")[0] == "6.0"
    assert newest("\ue000\U0010ffff") is None
    assert written_from("6.0") == claim("2010-10-11", "x").start - 365 * DAY


def test_no_character_of_unicode_3_2_is_called_newer():
    newer = [
        chr(code)
        for code in range(0x80, 0x20000)
        if not 0xD800 <= code < 0xE000
        and unicodedata.ucd_3_2_0.category(chr(code)) not in ("Cn", "Co")
        and newest(chr(code))
    ]
    assert newer == []


def test_clients():
    assert client("Apple Mail (2.1878)") is None
    assert client("x" * 100_000) is None
    assert client("Mozilla/5.0 Gecko/20030225").since == claim("2003-02-25", "x").start
    assert client("Mutt/1.0 (2010-99-99)") is None
