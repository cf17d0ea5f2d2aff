"""Run by the venv of `bench.quotes`: texts as JSON on stdin; each peer's replies and seconds as JSON on stdout."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from time import process_time

import email_reply_parser
import mailparser_reply
import quotequail
from mailparser_reply.constants import MAIL_LANGUAGES

_MANY = mailparser_reply.EmailReplyParser(languages=[name for name in MAIL_LANGUAGES if name != "david"])


def latest_reply(text: str) -> str:
    return _MANY.read(text).latest_reply or ""


def body(text: str) -> str:
    replies = _MANY.read(text).replies
    return (replies[0].body or "") if replies else ""


def parsed_reply(text: str) -> str:
    return str(email_reply_parser.EmailReplyParser.parse_reply(text))


def unquoted(text: str) -> str:
    return "\n".join(part for open_, part in quotequail.quote(text, limit=10**9, quote_intro_line=True) if open_)


PEERS: dict[str, Callable[[str], str]] = {
    "mail-parser-reply": latest_reply,
    "mail-parser-reply without its signatures": body,
    "email-reply-parser": parsed_reply,
    "quotequail": unquoted,
}


def main() -> None:
    asked = json.load(sys.stdin)
    answers = {}
    for name, reply in PEERS.items():
        replies = [reply(text) for text in asked["texts"]]
        seconds = []
        for _ in range(asked["repeats"]):
            started = process_time()
            for text in asked["texts"]:
                reply(text)
            seconds.append(process_time() - started)
        answers[name] = {"replies": replies, "seconds": seconds}
    json.dump(answers, sys.stdout)


if __name__ == "__main__":
    main()
