"""Telegram's `result.json`: one chat or a whole account, streamed one message at a time."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from scapa.records import UNKNOWN, DateClaim, Detection, Document, Found, Problem, Span
from scapa.settings import Ingest
from scapa.sources import READERS, files
from scapa.sources.json_stream import Broken, Cursor
from scapa.text.charset import canonical
from scapa.text.dates import claim, epoch_claim, hull

_SPANS = {"blockquote": "chat_quote", "pre": "code", "code": "code"}
_MEDIA = ("media_type", "mime_type", "sticker_emoji")


@READERS.register
class Telegram:
    """Authors are `from_id` (e.g. `user123`); a forward is its original author's, unknown where it has no id.

    Service messages (joined, pinned …) are nobody's words: each is a problem that says so. An edited message was
    written between its date and its edit. `message_id` is `telegram:CHAT/ID`, `conversation` `telegram:CHAT`.
    """

    name = "telegram"
    version = 1
    appendable = False

    def __init__(self, record_limit: int = Ingest().record_limit) -> None:
        self.record_limit = record_limit

    def detect(self, path: Path) -> Detection | None:
        if path.is_dir():
            path = path / "result.json"
        return self.sniff(path, files.head(path)) if path.is_file() else None

    def sniff(self, path: Path, head: bytes) -> Detection | None:
        start = head.lstrip(b"\xef\xbb\xbf \t\r\n")
        if not start.startswith(b"{"):
            return None
        if b'"chats"' in head and (b'"about"' in head or b'"list"' in head):
            return Detection(self.name, 0.95, "a JSON object with a list of chats, as Telegram exports an account")
        if b'"messages"' in head and (b'"date_unixtime"' in head or b'"from_id"' in head or b'"type"' in head[:400]):
            return Detection(self.name, 0.95, "a JSON object with type and messages, as Telegram exports a chat")
        return None

    def files(self, path: Path) -> Iterator[Path | Problem]:
        for item in files.walk(path):
            if isinstance(item, Problem) or item == path or item.name == "result.json":
                yield item
            else:
                yield Problem(files.relative(item, path), "not the result.json of an export")

    def read(self, file: Path, start: int = 0) -> Iterator[Found | Problem]:
        name = files.shown(file.name)
        try:
            with files.open_regular(file) as stream:
                for chat, key, message in _messages(Cursor(stream, self.record_limit)):
                    yield _record(chat, key, message, name)
        except OSError as error:
            yield Problem(name, files.reason(error))


def _messages(cursor: Cursor) -> Iterator[tuple[str, str, bytes | Broken]]:
    """Yield (chat id, place, bytes) of each message, wherever the export keeps its `messages` arrays."""
    chats: list[str] = [""]
    try:
        for key in cursor.walk():
            if key == "}":
                chats.pop()
            elif key == "{":
                chats.append("")
            elif key == "id":
                chats[-1] = str(json.loads(cursor.value()))
            elif key == "messages":
                for at, message in cursor.elements('{"id":'):
                    yield chats[-1], str(at), message
            elif key not in ("chats", "left_chats", "list"):
                cursor.value()
    except (Broken, ValueError) as broken:
        yield (
            chats[-1] if chats else "",
            str(cursor.at),
            broken if isinstance(broken, Broken) else Broken(str(type(broken))),
        )


def _record(chat: str, place: str, raw: bytes | Broken, name: str) -> Found | Problem:
    where = f"{name} at character {place}"
    if isinstance(raw, Broken):
        return Problem(where, str(raw))
    try:
        message = json.loads(raw.decode("utf-8", "replace"), strict=False)
        if not isinstance(message, dict):
            return Problem(where, "a message that is no JSON object")
        where = f"{name} message {int(message['id'])}"
        return _found(chat, message, raw, where)
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        return Problem(where, f"not a message as Telegram writes them ({type(error).__name__})")


def _found(chat: str, message: dict[str, Any], raw: bytes, where: str) -> Found | Problem:
    if message.get("type") != "message":
        action = message.get("action")
        kind = action if isinstance(action, str) and action.isidentifier() else "unknown"
        return Problem(where, f"a service message ({kind}): nobody's words")
    text, spans, unfit = _text(message)
    claimed = _claimed(message)
    author, author_name, forwarded = _author(message)
    size = len(text.encode())
    spans = ((Span(0, size, "forwarded"),) if forwarded and size else ()) + spans
    chat = chat or UNKNOWN
    document = Document(
        kind="chat",
        text=text,
        author=author,
        author_name=author_name,
        claimed=claimed,
        message_id=f"telegram:{chat}/{message['id']}",
        references=_reply(chat, message),
        conversation=f"telegram:{chat}",
        spans=spans,
        attachments=_attachments(message),
        metadata=_metadata(message),
    )
    flaws = (*unfit, *(() if claimed else ("no_date",)), *(() if author != UNKNOWN else ("no_author",)))
    flaws += () if _is_utf8(raw) else ("bad_charset",)
    return Found(f"{chat}/{message['id']}", raw, document, flaws=flaws)


def _text(message: dict[str, Any]) -> tuple[str, tuple[Span, ...], tuple[str, ...]]:
    """Return the text of `text` (a string, or strings and entities in order), its structural spans, and flaws."""
    pieces, spans, at = [], [], 0
    flaws: list[str] = []
    content = message.get("text", "")
    for piece in content if isinstance(content, list) else [content]:
        kind = str(piece.get("type", "")) if isinstance(piece, dict) else ""
        raw = piece.get("text", "") if isinstance(piece, dict) else piece
        words, unfit = canonical(raw if isinstance(raw, str) else str(raw))
        size = len(words.encode())
        if kind in _SPANS and size:
            spans.append(Span(at, at + size, _SPANS[kind]))
        pieces.append(words)
        flaws += unfit
        at += size
    return "".join(pieces), tuple(spans), tuple(dict.fromkeys(flaws))


def _claimed(message: dict[str, Any]) -> DateClaim | None:
    written, edited = _date(message, "date"), _date(message, "edited")
    if written and edited and edited.end > written.end:
        return hull(written, edited, "telegram_date_to_edited")
    return written


def _date(message: dict[str, Any], key: str) -> DateClaim | None:
    unix = message.get(f"{key}_unixtime")
    if unix and int(unix) > 0:
        return epoch_claim(int(unix), f"telegram_{key}_unixtime", str(unix))
    local = message.get(key)
    return claim(local, f"telegram_{key}") if isinstance(local, str) else None


def _author(message: dict[str, Any]) -> tuple[str, str, bool]:
    """Return handle, name and whether it is a forward: someone else's words, whoever passed them on."""
    forwarded = "forwarded_from" in message or "forwarded_from_id" in message
    prefix = "forwarded_from" if forwarded else "from"
    handle, name = message.get(f"{prefix}_id"), message.get(prefix)
    author = canonical(str(handle))[0].lower() if handle else UNKNOWN
    return author, canonical(str(name))[0] if name else "", forwarded


def _reply(chat: str, message: dict[str, Any]) -> tuple[str, ...]:
    answered = message.get("reply_to_message_id")
    if answered is None:
        return ()
    peer = (
        str(message.get("reply_to_peer_id") or chat).removeprefix("user").removeprefix("channel").removeprefix("chat")
    )
    return (f"telegram:{canonical(peer)[0]}/{int(answered)}",)


def _attachments(message: dict[str, Any]) -> tuple[str, ...]:
    """Return kinds of media; an export holds them as other files, which are no text."""
    if "photo" in message:
        return ("photo",)
    if "file" in message or "media_type" in message:
        kind = message.get("mime_type") or message.get("media_type") or "file"
        return (canonical(str(kind))[0],)
    return tuple(kind for kind in ("poll", "location_information", "contact_information") if kind in message)


def _metadata(message: dict[str, Any]) -> tuple[tuple[str, str], ...]:
    bot = message.get("via_bot")
    return (("via_bot", canonical(str(bot))[0]),) if bot else ()


def _is_utf8(raw: bytes) -> bool:
    try:
        raw.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True
