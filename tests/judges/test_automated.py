"""Automated: signals from headers, and lists that are no bots."""

import time

import pytest
from bench.evaluations.automated import judged, labelled

from corpora import spam_assassin
from scapa.judges import JUDGES
from scapa.records import Document
from scapa.store.schema import document_rows

_CASES = [
    # headers, subject, automated, signals, mailing list
    ("Auto-Submitted: auto-replied", "x", True, ["auto_submitted"], False),
    ("Auto-Submitted: auto-generated; type=x", "x", True, ["auto_submitted"], False),
    ("Auto-Submitted: (a comment) no", "x", False, [], False),
    ("Auto-Submitted: no", "x", False, [], False),
    ("Auto-Submitted: No (by a person)", "x", False, [], False),
    ("Precedence: bulk", "x", True, ["bulk"], False),
    ("Precedence: bulk\nList-Id: <a.example.org>", "x", False, ["mailing_list"], True),
    ("Precedence: bulk\nX-Mailing-List: a@example.org", "x", False, ["mailing_list"], True),
    ("Precedence: bulk\nSender: owner-knots@example.org", "x", False, ["mailing_list"], True),
    ("Precedence: bulk\nIn-Reply-To: <1@example.org>", "Re: x", False, ["mailing_list"], True),
    ("Precedence: list", "x", False, ["mailing_list"], True),
    ("Precedence: junk", "x", True, ["precedence_junk"], False),
    ("Precedence: auto_reply", "x", True, ["autoreply"], False),
    ("List-Id: Knots <knots.example.org>", "x", False, ["mailing_list"], True),
    ("List-Id: <1.2>\nList-Unsubscribe: <mailto:u@x.org>\nFeedback-ID: 1:2", "x", True, ["newsletter"], False),
    ("List-Unsubscribe: <https://x.org/u>\nPrecedence: bulk", "x", True, ["bulk", "newsletter"], False),
    ("List-Unsubscribe: <https://x.org/u>", "x", False, ["unsubscribe"], False),
    ("List-Unsubscribe: <https://x.org/u>\nList-Post: <mailto:l@x.org>", "x", False, ["mailing_list"], True),
    ("Return-Path: <>", "x", True, ["null_return_path"], False),
    ("Return-Path: <ann@example.org>", "x", False, [], False),
    ("Content-Type: multipart/report; report-type=delivery-status", "x", True, ["report"], False),
    ("Content-Type: multipart/mixed; boundary=report", "x", False, [], False),
    ("X-Autoreply: yes", "x", True, ["autoreply"], False),
    ("From: Shop <no-reply@example.org>", "x", True, ["no_reply_sender"], False),
    ("From: do-not-reply@example.org", "x", True, ["no_reply_sender"], False),
    ("From: billing-noreply@example.org", "x", True, ["no_reply_sender"], False),
    ("From: MAILER-DAEMON@example.org", "x", True, ["no_reply_sender"], False),
    ("From: Cron <root@example.org>", "x", True, ["no_reply_sender"], False),
    ("From: Noreen Reply <noreen@example.org>", "x", False, [], False),
    ("From: Rootes <rootes@example.org>", "x", False, [], False),
    ("From: Ann <ann@noreply.example.org>", "x", False, [], False),
    ("From: Ann <ann@example.org>", "Out of office: gone sailing", True, ["reply_subject"], False),
    ("From: Ann <ann@example.org>", "Abwesenheitsnotiz: Urlaub", True, ["reply_subject"], False),
    ("From: Ann <ann@example.org>", "Out of office hours?", False, [], False),
    ("From: Ann <ann@example.org>", "Re: Out of office", False, [], False),
    ("From: Ann <ann@example.org>", "Undeliverable: boat", True, ["bounce_subject"], False),
    ("From: Ann <ann@example.org>", "delivery of the boat", False, [], False),
    ("From: =?utf-8?q?no-reply?= <ann@example.org>", "x", False, [], False),
    ("Received: by x\n with y;\n Precedence: bulk", "x", False, [], False),
    ("", "x", False, [], False),
]


def _judge(*documents):
    table = document_rows([(f"{i:064x}", d) for i, d in enumerate(documents)], 0).combine_chunks()
    return JUDGES.make("automated")[0].judge(table.to_batches()[0]).to_pylist()


@pytest.mark.parametrize(("headers", "subject", "automated", "signals", "on_list"), _CASES)
@pytest.mark.parametrize("newline", ["\n", "\r\n"])
def test_headers(headers, subject, automated, signals, on_list, newline):
    raw = headers.replace("\n", newline).encode() + newline.encode()
    found = _judge(Document("mail", "text", title=subject, author="ann@example.org", headers=raw))[0]
    announced = bool({"bulk", "newsletter"} & set(signals))
    assert found == {
        "automated": automated, "announcement": announced, "signals": signals, "mailing_list": on_list, "error": None
    }  # fmt: skip


def test_without_headers_the_author_and_a_bots_mark_tell():
    mail, chat, bot, person, via = _judge(
        Document("mail", "x", author="noreply@example.org"),
        Document("chat", "x", author="root"),
        Document("chat", "x", author="helper", metadata=(("bot", "true"),)),
        Document("chat", "x", author="ann", metadata=(("bot", "false"),)),
        Document("chat", "x", author="ann", metadata=(("via_bot", "@gif"),)),
    )
    signals = [["no_reply_sender"], [], ["bot"], [], ["via_bot"]]
    assert [row["signals"] for row in (mail, chat, bot, person, via)] == signals
    assert [row["automated"] for row in (mail, chat, bot, person, via)] == [True, False, True, False, True]


@pytest.mark.parametrize(
    ("name", "is_bot"),
    [
        ("GitHub", True), ("weather_bot", True), ("WeatherBot", True), ("renovate[bot]", True), ("Slackbot", True),
        ("Ann Abbot", False), ("Talbot", False), ("Robot Wars fan", False), ("Rosemary", False), ("", False),
    ],
)  # fmt: skip
def test_chat_bots_by_name(name, is_bot):
    assert _judge(Document("chat", "x", author="u1", author_name=name))[0]["automated"] is is_bot


_SENDERS = [
    ("rssfeeds@example.org", "robot_sender"),
    ("bugzilla-daemon@example.org", "robot_sender"),
    ("shop-notifications@example.org", "robot_sender"),
    ("newsletter@example.org", "mass_sender"),
    ("offers#3.21245.db-q-halk.1@example.org", "mass_sender"),
    ("ann@newsletter.example.org", "mass_sender"),
    ("ann@email.com", None),
    ("abbot@example.org", None),
    ("491711234567@example.org", None),
    ("ann.doe-1971@example.org", None),
    ("orderly@example.org", None),
    ("newsome@example.org", None),
]


@pytest.mark.parametrize(("sender", "signal"), _SENDERS)
def test_senders(sender, signal):
    for headers in (f"From: {sender}", f'From: "A, B" <{sender}>', f"From: {sender} (Ann)"):
        row = _judge(Document("mail", "x", author=sender, headers=headers.encode()))[0]
        assert row["signals"] == ([signal] if signal else [])
        assert row["automated"] is (signal == "robot_sender")
        assert row["announcement"] is (signal == "mass_sender")


_TEXTS = [
    ("Big news", "URL: http://news.example.org/1\nDate: 2002-10-01\n\nIt rained.", "feed_item"),
    ("[Bug 12] x", "http://b.example.org/show_bug.cgi?id=12\n\nann@example.org changed:\n", "bug_tracker"),
    ("CVS: boats", "Update of /cvsroot/boats\nIn directory usw", "commit"),
    ("Knots digest", "Send Knots mailing list submissions to\n\tknots@example.org", "digest"),
    ("Cron <root@host> run", "done", "cron"),
    ("[Acme #48123] Oars", "We received your ticket.", "ticket"),
    ("Automated renewal reminder", "Your domain expires.", "notice"),
    ("Invitation: sailing", "When: Monday\nCalendar: Ann", "calendar"),
    ("Sails", "Hello,\nThank you for your order. It is on its way.", "receipt"),
    ("Segel", "Vielen Dank für Ihre Bestellung.", "receipt"),
    ("Hello", "This is an automated message, please do not reply to this e-mail.", "notice"),
    ("Hallo", "Diese E-Mail wurde automatisch erstellt.", "notice"),
    ("お知らせ", "このメールは自動送信されています。", "notice"),
    ("Sails of spring", "Great sails!\n\nTo unsubscribe from this newsletter, click here.", "newsletter_text"),
]


@pytest.mark.parametrize(("subject", "text", "signal"), _TEXTS)
def test_words_tell_where_headers_do_not(subject, text, signal):
    row = _judge(Document("mail", text, title=subject, author="ann@example.org"))[0]
    assert row["signals"] == [signal]
    assert row["automated"] is (signal != "newsletter_text")
    assert row["announcement"] is (signal == "newsletter_text")


@pytest.mark.parametrize(("subject", "text", "signal"), _TEXTS[4:])
def test_a_robots_phrases_do_not_make_an_answer_or_a_letter_on_a_list_a_robots(subject, text, signal):
    answer = Document("mail", text, title=f"Re: {subject}", author="ann@example.org")
    reply = Document("mail", text, title=subject, author="ann@example.org", headers=b"In-Reply-To: <1@example.org>\n")
    on_list = Document("mail", text, title=subject, author="ann@example.org", headers=b"List-Post: <mailto:k@x.org>\n")
    assert [row["automated"] or row["announcement"] for row in _judge(answer, reply, on_list)] == [False] * 3


_PEOPLE = [
    ("Ticket to ride", "I have a ticket for the ferry on Sunday. Will you come along?"),
    ("Invitation: my birthday", "Bring cake, please, and somebody who can row."),
    ("Failed experiments", "The glue did not hold."),
    ("Your order", "What will you have for lunch?"),
    ("A reminder", "Do not forget the bread."),
    ("RSS feeds", "Do you know a reader for feeds? I would like to unsubscribe from a few."),
    ("CVS", "Update of the boat shed: the roof is on."),
    ("Read me", "this newsletter of the sailing club is too long."),
]


@pytest.mark.parametrize(("subject", "text"), _PEOPLE)
def test_people_write_such_words_too(subject, text):
    row = _judge(Document("mail", text, title=subject, author="ann@example.org"))[0]
    assert (row["automated"], row["announcement"], row["signals"]) == (False, False, [])


def test_only_the_ends_of_a_long_text_are_read():
    phrase = "This is an automated message. "
    texts = (phrase + "x " * 3_000, "x " * 3_000 + phrase + "x " * 3_000, "ü " * 3_000 + phrase)
    begin, middle, end = (Document("mail", text) for text in texts)
    assert [row["automated"] for row in _judge(begin, middle, end)] == [True, False, True]


@pytest.mark.slow
def test_floors_on_real_mail():
    """Development half: automated mail found, people's never flagged (Wilson's intervals are in docs/quality)."""
    mails = labelled(spam_assassin(), "development")
    shares = {kind: [row["automated"] for row in judged(documents)] for kind, documents in mails.items()}
    assert sum(shares["automated"]) >= 0.95 * len(shares["automated"])
    assert sum(shares["person"]) == 0


def test_hostile_headers_are_judged():
    row = _judge(Document("mail", "x", headers=b"From: " + b"no-" * 60_000 + b"\n" + b"\xff\xfe:\n" * 1000))[0]
    assert row["error"] is None
    assert row["automated"] is False


_HOSTILE = {
    "names": ("x-a: b\n", "", ""),
    "folds": (" y\n", "", ""),
    "from": ("", "", "From: " + "a" * 300 + "<"),
    "made": ("", "", "From: " + "1111#" * 50 + "@a.b"),
    "text": ("", "thank you for your ", ""),
    "feeds": ("", "URL: http://", ""),
    "subject": ("", "", ""),
}


@pytest.mark.parametrize("name", _HOSTILE)
def test_hostile_mail_takes_time_in_proportion(name):
    piece, text, begin = _HOSTILE[name]

    def seconds(times):
        raw = (begin + piece * times).encode()
        mails = [Document("mail", text * times, title="[#" * times, headers=raw)] * 20
        started = time.process_time()
        _judge(*mails)
        return time.process_time() - started

    seconds(10)
    short, long = seconds(2_000), seconds(8_000)
    assert long < 0.3 or long / short < 8
