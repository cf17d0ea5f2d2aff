"""Automated: mail that a program sent of itself, by what its headers say (RFC 3834, RFC 2369, RFC 3464)."""

from __future__ import annotations

import re

from scapa.judges import JUDGES, Column
from scapa.judges.rowwise import Row, RowWise
from scapa.records import UNKNOWN
from scapa.text.headers import Headers, addresses, parse

_NO_REPLY = re.compile(
    r"(?:.{0,60}[-_.+])?(?:no|not|do[-_.]?not|dont|ne|nicht|non)[-_.]?(?:reply|respond|antworten|rispondere|repondre)"
    r"(?:[-_.+].*)?|mailer[-_.]?daemon|postmaster|bounces?(?:[-_.+].*)?|auto[-_.]?(?:reply|mailer|notify|confirm)|"
    r"(?:root|cron|daemon|nobody|www-data|logwatch|nagios|jenkins|buildbot)"
)
_REPLY_SUBJECT = re.compile(
    r"(?:auto(?:matic)?[- ]?(?:reply|response|antwort)|out of (?:the )?office|automatische antwort|abwesenheitsnotiz|"
    r"réponse automatique|respuesta automática|automatisch antwoord|autosvar|risposta automatica|resposta automática)\b"
    r"(?= ?(?:[:(–-]|$|re\b|auto|reply))",
    re.IGNORECASE,
)
_BOUNCE_SUBJECT = re.compile(
    r"(?:undeliver(?:able|ed)|delivery (?:status notification|failure)|returned mail:|mail delivery (?:failed|system)|"
    r"failure notice$|unzustellbar|read: |delivered: )",
    re.IGNORECASE,
)
_ANSWERS = {"in-reply-to", "references"}
_LIST_SENDER = re.compile(r"\bowner-[\w.-]{1,60}@|[\w.-]-(?:owner|bounces|admin|request)@", re.IGNORECASE)
_LIST = ("list-post", "mailing-list", "x-mailing-list", "x-mailman-version", "x-beenthere", "x-listname")
_AUTOREPLY = ("x-autoreply", "x-autorespond", "x-autoreply-from", "x-auto-reply", "x-vacation")
_CAMPAIGN = (
    "feedback-id", "x-campaign", "x-campaignid", "x-campaign-id", "x-csa-complaints", "x-mc-user", "x-sg-eid",
    "x-mailgun-sid", "x-mandrill-user", "x-job", "list-unsubscribe-post", "x-sfmc-stack", "x-ses-outgoing",
    "x-rpcampaign", "x-newsletter", "x-mailchimp-id", "x-cloudmark-bulk",
)  # fmt: skip
_SENDING = ("auto_submitted", "null_return_path", "report", "no_reply_sender", "autoreply", "reply_subject",
            "bounce_subject", "precedence_junk", "bulk", "newsletter", "bot")  # fmt: skip


@JUDGES.register
class Automated(RowWise):
    """Whether a program sent this of itself, and whether a mailing list carried it.

    A mailing list is no bot: `List-Id`, `Precedence: list`, and `bulk` beside list headers, only set `mailing_list`.
    Records without headers are judged by their author's address and their subject alone.
    """

    name = "automated"
    version = 1
    reads = ("headers", "author", "title", "kind", "metadata")
    source = "RFC 3834 (Auto-Submitted), RFC 2369 and 2919 (lists), RFC 3464 (reports), headers of the usual senders"
    failures = ("a robot that writes like a person and marks nothing is taken for one",)
    columns = {
        "automated": Column("bool", "a program sent it"),
        "signals": Column("texts", "what says so, and `mailing_list`"),
        "mailing_list": Column("bool", "a list for discussion carried it, which makes nobody a robot"),
    }

    def row(self, row: Row) -> tuple[object, ...]:
        headers = parse(row.headers)
        on_list = _mailing_list(headers)
        signals = [*_by_headers(headers, on_list), *_by_sender(headers, row), *_by_subject(row)]
        if row.metadata.get("bot", "").lower() == "true":
            signals.append("bot")
        signals += ["mailing_list"] * on_list
        return any(signal in _SENDING for signal in signals), sorted(set(signals)), on_list


def _mailing_list(headers: Headers) -> bool:
    """A list for discussion: it names itself, and it is not one sender's mass mailing that gave itself a List-Id."""
    if any(headers.get(name) for name in _LIST) or _precedence(headers) == "list":
        return headers.get("list-post").strip().upper() != "NO"
    if _precedence(headers) == "bulk" and (_ANSWERS.intersection(name for name, _ in headers.fields)):
        return True  # old list servers say bulk and give no list headers; a mass mailing answers nobody
    if _LIST_SENDER.search(headers.get("sender")[:200]) or headers.get("delivered-to").startswith("mailing list "):
        return True
    return bool(headers.get("list-id")) and not any(headers.get(name) for name in _CAMPAIGN)


def _precedence(headers: Headers) -> str:
    return headers.get("precedence").strip().lower()


def _by_headers(headers: Headers, on_list: bool) -> list[str]:
    found = []
    submitted = headers.get("auto-submitted").strip().lower().partition(";")[0].partition("(")[0].strip()
    if submitted and submitted != "no":
        found.append("auto_submitted")
    precedence = _precedence(headers)
    if precedence in ("auto_reply", "auto-reply") or any(headers.get(name) for name in _AUTOREPLY):
        found.append("autoreply")
    if precedence == "junk" and not on_list:
        found.append("precedence_junk")
    if precedence == "bulk" and not on_list:
        found.append("bulk")
    if any(value.strip() == "<>" for value in headers.all("return-path")[:1]):
        found.append("null_return_path")
    if headers.get("content-type").strip().lower().startswith("multipart/report"):
        found.append("report")
    if headers.get("list-unsubscribe") and not on_list:
        mass = precedence == "bulk" or any(headers.get(name) for name in _CAMPAIGN)
        found.append("newsletter" if mass else "unsubscribe")
    return found


def _by_sender(headers: Headers, row: Row) -> list[str]:
    senders = [address for _, address in addresses(headers.all("from")[:1])]
    if not senders and row.kind == "mail" and row.author != UNKNOWN:
        senders = [row.author]
    locals_ = [address.partition("@")[0].lower() for address in senders if "@" in address]
    return ["no_reply_sender"] if any(len(name) <= 200 and _NO_REPLY.fullmatch(name) for name in locals_) else []


def _by_subject(row: Row) -> list[str]:
    subject = row.title.strip()[:300]
    found = []
    if _REPLY_SUBJECT.match(subject):
        found.append("reply_subject")
    if row.kind == "mail" and _BOUNCE_SUBJECT.match(subject):
        found.append("bounce_subject")
    return found
