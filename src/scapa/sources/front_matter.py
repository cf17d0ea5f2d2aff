"""Front matter: the block before a text that names its date, author, title and licence.

TOML between `+++` lines is read by tomllib. Of YAML between `---` lines only plain `key: value` lines, quoted strings
and flat lists are read: a whole YAML parser would turn `no` into False and `1.10` into 1.1, and expand aliases without
bound, for four strings. What is not understood is skipped and named in the flaws.
"""

from __future__ import annotations

import datetime
import re
import tomllib
from dataclasses import dataclass

_OPENING = re.compile(r"\A(---|\+\+\+)[ \t]*\n")
_CLOSING = {
    "---": re.compile(r"^(?:---|\.\.\.)[ \t]*(?:\n|\Z)", re.MULTILINE),
    "+++": re.compile(r"^\+\+\+[ \t]*(?:\n|\Z)", re.MULTILINE),
}
_PAIR = re.compile(r"([A-Za-z_][\w.-]{0,63})[ \t]*:(?:[ \t]+(.*?))?[ \t]*")
_ITEM = re.compile(r"[ \t]*-[ \t]+(.*?)[ \t]*")
_QUOTED = re.compile(r""""((?:[^"\\]|\\.)*)"[ \t]*(?:#.*)?|'((?:[^']|'')*)'[ \t]*(?:#.*)?""")
_LONGEST = 65_536


@dataclass(frozen=True, slots=True)
class FrontMatter:
    """Keys in lower case with their values as text (a list joined by `, `); `text` is what follows."""

    values: dict[str, str]
    text: str
    flaws: tuple[str, ...] = ()


def split(text: str) -> FrontMatter:
    """Return the front matter of `text` and the text without it; a block that does not end is text."""
    opening = _OPENING.match(text)
    closing = _CLOSING[opening.group(1)].search(text, opening.end(), _LONGEST) if opening else None
    if opening is None or closing is None:
        return FrontMatter({}, text)
    block, rest = text[opening.end() : closing.start()], text[closing.end() :].lstrip("\n")
    values, flaws = _toml(block) if opening.group(1) == "+++" else _plain(block)
    if not values and block.strip():
        return FrontMatter({}, text, flaws)  # two rules around a paragraph, or nothing we can read: all of it is text
    return FrontMatter(values, rest, flaws)


def _toml(block: str) -> tuple[dict[str, str], tuple[str, ...]]:
    try:
        table = tomllib.loads(block)
    except (tomllib.TOMLDecodeError, RecursionError):
        return {}, ("bad_front_matter",)
    values = {key.lower(): _shown(value) for key, value in table.items()}
    return {key: value for key, value in values.items() if value}, ()


def _shown(value: object) -> str:
    if isinstance(value, (datetime.date, datetime.time)):
        return value.isoformat()
    if isinstance(value, list):
        return ", ".join(filter(None, map(_shown, value)))
    return "" if isinstance(value, dict) else str(value)


def _plain(block: str) -> tuple[dict[str, str], tuple[str, ...]]:
    values: dict[str, str] = {}
    flaws: tuple[str, ...] = ()
    key = ""
    for line in block.split("\n"):
        pair, item = _PAIR.fullmatch(line), _ITEM.fullmatch(line)
        if not line.strip() or line.lstrip().startswith("#"):
            continue
        value = _scalar((pair.group(2) or "") if pair else item.group(1) if item else "|")
        if value is None or (not pair and not key):
            key, flaws = "", ("front_matter_not_read",)
        elif pair:
            key = pair.group(1).lower()
            values[key] = value
        else:
            values[key] = f"{values[key]}, {value}".removeprefix(", ")
    return {key: value for key, value in values.items() if value}, flaws


def _scalar(raw: str) -> str | None:
    """Return the text of a plain or quoted value or a flat list; None for the rest of YAML."""
    quoted = _QUOTED.fullmatch(raw)
    if quoted:
        double, single = quoted.groups()
        return re.sub(r"\\(.)", r"\1", double) if double is not None else single.replace("''", "'")
    if raw.startswith("[") and raw.endswith("]"):
        items = [_scalar(item.strip()) for item in raw[1:-1].split(",")]
        return None if None in items else ", ".join(item for item in items if item)
    return None if raw[:1] in tuple("|>&*!%@`{[\"'") else re.split(r"[ \t]#", raw)[0].rstrip()
