"""Automated: mail that a program sent of itself (RFC 3834, 2369, 3464), by its headers, its sender and its words."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from itertools import pairwise
from typing import TYPE_CHECKING, NamedTuple

from scapa.judges import JUDGES, Column
from scapa.judges.robot_words import is_answer, layout_signals, phrase_signals, phrases, subject_signals
from scapa.records import UNKNOWN
from scapa.text.headers import addresses, finder, firsts

if TYPE_CHECKING:
    import pyarrow as pa

_NO_REPLY = re.compile(
    r"(?:.{0,60}[-_.+])?(?:no|not|do[-_.]?not|dont|ne|nicht|non)[-_.]?(?:reply|respond|antworten|rispondere|repondre)"
    r"(?:[-_.+].*)?|mailer[-_.]?daemon|postmaster|bounces?(?:[-_.+].*)?|auto[-_.]?(?:reply|mailer|notify|confirm)|"
    r"(?:root|cron|daemon|nobody|www-data|logwatch|nagios|jenkins|buildbot)"
)
_ROBOT = re.compile(
    r"(?:[\w.]{1,40}[-_.+])?(?:rss|feeds?|rssfeeds?|robot|bot|bugzilla(?:-daemon)?|jira|trac|redmine|gitlab|notify|"
    r"notifications?|notifier|alerts?|reminders?|receipts?|orders?|order-update|shipment-tracking|auto-confirm|tickets?|"
    r"calendar-notification|commits|svn|cvs|build|builds|ci|travis|monitor(?:ing)?|refertofriend|invitations?|digest|"
    r"mailman|majordomo|listserv|autoresponder|daemon|system|donotreply|automailer|ebill)(?:[-_.+]\d[\w.-]*)?"
)
_MASS = re.compile(
    r"(?:[\w.]{1,40}[-_.+])?(?:newsletters?|news|updates?|announce(?:ments?)?|subscriptions?|promo(?:tions?)?|offers?|"
    r"marketing|mailinglist|e-?news|dispatch|headlines|listmanager)(?:[-_.+].{0,80})?"
)
_MADE = re.compile(r"(?=[^@]*\d{4})(?=[^@]*[#=_.-])[^@]*\d[^@]{0,12}[#=_.-][^@]*\d[^@]{8,}")
_MASS_HOST = re.compile(r"(?:newsletters?|mailer|mailings?|e-?news|euromailer|bounces?)\d{0,3}\.[\w-]{1,63}\.")
_PLAIN_FROM = re.compile(
    r"(?:\"[^\"\\]{0,100}\" ?|[^<>\"@,;:()]{0,100})<([A-Za-z0-9._+=#-]{1,64}@[A-Za-z0-9.-]{1,255})>|"
    r"([A-Za-z0-9._+=#-]{1,64}@[A-Za-z0-9.-]{1,255})(?: \([^()]{0,100}\))?"
)
_BOT_NAME = re.compile(r"(?:.*[\W_\d])?bot\W?|.{1,40}[a-z0-9]Bot|.{1,60}\[bot\]")
_BOTS = frozenset([
    "slackbot", "uslackbot", "github", "gitlab", "jira", "dyno", "mee6", "carl-bot", "rose", "combot", "shieldy",
    "dependabot", "renovate", "zapier", "ifttt", "giphy", "polly", "trello", "pagerduty", "statuspage", "hubot",
    "botfather", "group help", "miss rose", "telegram", "captcha bot", "streamelements", "nightbot", "statbot",
])  # fmt: skip
_ANSWERS = {"in-reply-to", "references"}
_LIST_SENDER = re.compile(r"\bowner-[\w.-]{1,60}@|[\w.-]-(?:owner|bounces?|admin|request)@", re.IGNORECASE)
_LIST = (
    "list-post",
    "mailing-list",
    "x-mailing-list",
    "x-mailman-version",
    "x-beenthere",
    "x-listname",
    "list-software",
    "x-ecartis-version",
    "x-listar-version",
)
_AUTOREPLY = ("x-autoreply", "x-autorespond", "x-autoreply-from", "x-auto-reply", "x-vacation")
_CAMPAIGN = (
    "feedback-id", "x-campaign", "x-campaignid", "x-campaign-id", "x-csa-complaints", "x-mc-user", "x-sg-eid",
    "x-mailgun-sid", "x-mandrill-user", "x-job", "list-unsubscribe-post", "x-sfmc-stack", "x-ses-outgoing",
    "x-rpcampaign", "x-newsletter", "x-mailchimp-id", "x-cloudmark-bulk",
)  # fmt: skip
_PROGRAM = {
    "x-cron-env": "cron", "x-bugzilla-reason": "bug_tracker", "x-bugzilla-url": "bug_tracker", "x-jira-fingerprint":
    "bug_tracker", "x-trac-ticket-id": "bug_tracker", "x-redmine-host": "bug_tracker", "x-gitlab-project": "notice",
    "x-github-reason": "notice", "x-git-refname": "commit", "x-svn-commit-revision": "commit", "x-cvs": "commit",
    "x-failed-recipients": "report", "x-rt-originator": "ticket", "x-rt-ticket": "ticket", "x-zendesk-from-account-id":
    "ticket", "x-otrs-loop": "ticket", "x-auto-response-suppress": "suppress",
}  # fmt: skip
_FIELDS = finder([
    *_ANSWERS, *_LIST, *_AUTOREPLY, *_CAMPAIGN, *_PROGRAM, "auto-submitted", "precedence", "sender", "delivered-to",
    "list-id", "return-path", "content-type", "list-unsubscribe", "from",
])  # fmt: skip
_SENDING = frozenset([
    "auto_submitted", "null_return_path", "report", "no_reply_sender", "autoreply", "reply_subject", "bounce_subject",
    "precedence_junk", "bulk", "newsletter", "bot", "via_bot", "robot_sender", "feed_item", "bug_tracker", "commit",
    "digest", "cron", "ticket", "notice", "calendar", "receipt",
])  # fmt: skip
_MASS_SIGNALS = frozenset(["bulk", "newsletter", "newsletter_text", "mass_sender"])
_HEAD, _TAIL = 600, 1_500


class _Record(NamedTuple):
    """What is looked at of one record; `ends` are the first and last bytes of its text."""

    headers: bytes
    author: str
    name: str
    subject: str
    kind: str
    ends: tuple[bytes, bytes]
    mark: str


@JUDGES.register
class Automated:
    """Whether a program sent this of itself, whether it is one sender's mail to many, and whether a list carried it.

    A mailing list is no bot: `List-Id`, `Precedence: list`, and `bulk` beside list headers, only set `mailing_list`.
    On a list, or in an answer, only headers, the sender and layouts that no person makes count, no phrases. Records
    without headers are judged by their author, subject and text alone.
    """

    name = "automated"
    version = 2
    learns = False
    needs = ()
    source = "RFC 3834 (Auto-Submitted), RFC 2369 and 2919 (lists), RFC 3464 (reports), and what usual senders write"
    failures = (
        "a robot that writes like a person and marks nothing is taken for one",
        "a person's first mail that holds a robot's phrase within its first or last lines is taken for a robot's",
    )
    columns = {
        "automated": Column("bool", "a program sent it"),
        "announcement": Column("bool", "one sender's mail to many; a person may have written it"),
        "signals": Column("texts", "what says so, and `mailing_list`"),
        "mailing_list": Column("bool", "a list for discussion carried it, which makes nobody a robot"),
    }

    def data(self) -> tuple[str, ...]:
        return ()

    def judge(self, batch: pa.RecordBatch) -> pa.RecordBatch:
        """Return the signals of every row; only the two ends of its text are read."""
        import pyarrow as pa

        from scapa.store.schema import judgement_schema

        records = list(_records(batch))
        seen = [_seen(record) for record in records]
        unsure = [i for i, (_, _, error, is_open) in enumerate(seen) if is_open and error is None]
        for i, said in zip(unsure, phrases([b"\n".join(records[i].ends) for i in unsure]), strict=True):
            text = b"\n".join(records[i].ends).decode(errors="ignore").lower()
            seen[i].signals.update(phrase_signals(_subject(records[i]), text, said))
        judged = [_row(found) for found in seen]
        schema = judgement_schema(self.columns)
        cells = zip(*judged, strict=True) if judged else [()] * len(schema)
        return pa.RecordBatch.from_arrays(
            [pa.array(c, f.type) for c, f in zip(cells, schema, strict=True)], schema=schema
        )


def _records(batch: pa.RecordBatch) -> Iterator[_Record]:
    names = ("author", "author_name", "title", "kind")
    plain = [batch.column(name).to_pylist() for name in names]
    for headers, ends, mark, *cells in zip(
        batch.column("headers").to_pylist(),
        _ends(batch.column("text")),
        _marks(batch.column("metadata")),
        *plain,
        strict=True,
    ):
        yield _Record(headers or b"", cells[0] or UNKNOWN, cells[1] or "", cells[2] or "", cells[3] or "", ends, mark)


def _ends(texts: pa.Array) -> Iterator[tuple[bytes, bytes]]:
    from scapa.text.kernels import utf8

    data, offsets = utf8(texts)
    view = memoryview(data.data)
    at = offsets.tolist()
    for start, end in pairwise(at):
        if end - start <= _HEAD + _TAIL:
            yield bytes(view[start:end]), b""
        else:
            yield bytes(view[start : start + _HEAD]), bytes(view[end - _TAIL : end])


def _marks(metadata: pa.Array) -> list[str]:
    """Return `bot`, `via_bot` or nothing for each row, by its metadata."""
    found = [""] * len(metadata)
    if metadata.null_count == len(metadata) or not len(metadata.keys):
        return found
    for i, items in enumerate(metadata.to_pylist()):
        said = dict(items or ())
        found[i] = "bot" if said.get("bot", "").lower() == "true" else "via_bot" if said.get("via_bot") else ""
    return found


class _Seen(NamedTuple):
    """What is known of a record before its phrases are looked for, which only `is_open` ones need."""

    signals: set[str]
    on_list: bool
    error: str | None
    is_open: bool


def _seen(record: _Record) -> _Seen:
    try:
        headers = firsts(record.headers, _FIELDS)
        on_list = _mailing_list(headers)
        signals = {*_by_headers(headers, on_list), *_by_sender(headers, record, on_list), *_by_layout(record)}
        is_open = record.kind == "mail" and not on_list and not _answers(headers) and not is_answer(_subject(record))
        return _Seen(signals | {"mailing_list"} if on_list else signals, on_list, None, is_open)
    except Exception as error:  # noqa: BLE001 - a bad record is counted, whatever is wrong with it
        return _Seen(set(), False, type(error).__name__, False)


def _row(seen: _Seen) -> tuple[bool | None, bool | None, list[str] | None, bool | None, str | None]:
    signals, on_list, error, _ = seen
    if error is not None:
        return None, None, None, None, error
    return not _SENDING.isdisjoint(signals), not _MASS_SIGNALS.isdisjoint(signals), sorted(signals), on_list, None


def _mailing_list(headers: Mapping[str, str]) -> bool:
    """A list for discussion: it names itself, and it is not one sender's mass mailing that gave itself a List-Id."""
    if any(headers.get(name) for name in _LIST) or _precedence(headers) == "list":
        return headers.get("list-post", "").strip().upper() != "NO"
    if _precedence(headers) == "bulk" and _answers(headers):
        return True  # old list servers say bulk and give no list headers; a mass mailing answers nobody
    if _LIST_SENDER.search(headers.get("sender", "")[:200]) or headers.get("delivered-to", "").startswith(
        "mailing list "
    ):
        return True
    return bool(headers.get("list-id")) and not any(headers.get(name) for name in _CAMPAIGN)


def _answers(headers: Mapping[str, str]) -> bool:
    return not _ANSWERS.isdisjoint(headers)


def _precedence(headers: Mapping[str, str]) -> str:
    return headers.get("precedence", "").strip().lower()


def _by_headers(headers: Mapping[str, str], on_list: bool) -> list[str]:
    found = []
    submitted = headers.get("auto-submitted", "").strip().lower().partition(";")[0].partition("(")[0].strip()
    if submitted and submitted != "no":
        found.append("auto_submitted")
    precedence = _precedence(headers)
    if precedence in ("auto_reply", "auto-reply") or any(headers.get(name) for name in _AUTOREPLY):
        found.append("autoreply")
    if precedence == "junk" and not on_list:
        found.append("precedence_junk")
    if precedence == "bulk" and not on_list:
        found.append("bulk")
    if headers.get("return-path", "").strip() == "<>":
        found.append("null_return_path")
    found += _by_content(headers.get("content-type", "").strip().lower())
    if headers.get("list-unsubscribe") and not on_list:
        mass = precedence == "bulk" or any(headers.get(name) for name in _CAMPAIGN)
        found.append("newsletter" if mass else "unsubscribe")
    return found + [_PROGRAM[name] for name in _PROGRAM.keys() & headers.keys() if headers[name]]


def _by_content(kind: str) -> list[str]:
    if kind.startswith("multipart/report"):
        return ["report"]
    return ["calendar"] if kind.startswith("text/calendar") else []


def _by_sender(headers: Mapping[str, str], record: _Record, on_list: bool) -> list[str]:
    if record.kind == "chat":
        is_bot = record.name.lower() in _BOTS or _BOT_NAME.fullmatch(record.name[:80])
        return [record.mark] if record.mark else ["bot"] if is_bot else []
    found = [record.mark] if record.mark else []
    for address in _senders(headers, record):
        local, _, host = address.lower().partition("@")
        if len(local) > 200:
            continue
        if _NO_REPLY.fullmatch(local):
            found.append("no_reply_sender")
        elif _ROBOT.fullmatch(local):
            found.append("robot_sender")
        made = not on_list and (_MADE.fullmatch(local) or _MASS_HOST.match(host))
        found += ["mass_sender"] * bool(made or _MASS.fullmatch(local))
    return found


def _senders(headers: Mapping[str, str], record: _Record) -> list[str]:
    """Return the addresses of the first From; what most programs write needs no parser of addresses."""
    value = headers.get("from", "")
    if plain := _PLAIN_FROM.fullmatch(value):
        return [plain[1] or plain[2]]
    found = [address for _, address in addresses([value])] if value else []
    if not found and record.kind == "mail" and record.author != UNKNOWN:
        found = [record.author]
    return [address for address in found if "@" in address]


def _by_layout(record: _Record) -> Iterator[str]:
    is_mail = record.kind == "mail"
    yield from subject_signals(_subject(record), is_mail=is_mail)
    if is_mail:
        yield from layout_signals(record.ends[0][:_HEAD].decode(errors="ignore").lstrip())


def _subject(record: _Record) -> str:
    return record.subject.strip()[:300]
