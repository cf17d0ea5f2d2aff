"""Automated: signals from headers, and lists that are no bots."""

import pytest

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
    assert found == {"automated": automated, "signals": signals, "mailing_list": on_list, "error": None}


def test_without_headers_the_author_and_a_bots_mark_tell():
    mail, chat, bot, person = _judge(
        Document("mail", "x", author="noreply@example.org"),
        Document("chat", "x", author="root"),
        Document("chat", "x", author="helper", metadata=(("bot", "true"),)),
        Document("chat", "x", author="ann", metadata=(("bot", "false"),)),
    )
    assert [row["signals"] for row in (mail, chat, bot, person)] == [["no_reply_sender"], [], ["bot"], []]
    assert [row["automated"] for row in (mail, chat, bot, person)] == [True, False, True, False]


def test_hostile_headers_are_judged():
    row = _judge(Document("mail", "x", headers=b"From: " + b"no-" * 60_000 + b"\n" + b"\xff\xfe:\n" * 1000))[0]
    assert row["error"] is None
    assert row["automated"] is False
