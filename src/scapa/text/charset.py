"""Bytes to text: the declared charset, then UTF-8, then Windows-1252 byte by byte. No byte is ever dropped silently."""

from __future__ import annotations

import codecs
import re

REPLACEMENT = "\N{REPLACEMENT CHARACTER}"

_ALIASES = {  # what mail programs write → the codec that reads what they mean (a superset, as in the WHATWG table)
    "iso-8859-1": "cp1252",
    "latin-1": "cp1252",
    "latin1": "cp1252",
    "iso-8859-8-i": "iso8859-8",
    "gb2312": "gb18030",
    "gbk": "gb18030",
    "ks_c_5601-1987": "cp949",
    "euc-kr": "cp949",
    "shift_jis": "cp932",
    "x-sjis": "cp932",
    "x-gbk": "gb18030",
    "tis-620": "cp874",
    "unicode-1-1-utf-7": "utf-7",
    "utf8": "utf-8",
    "utf-8": "utf-8",
    "x-unknown": "",
    "unknown-8bit": "",
    "us-ascii": "",
    "ascii": "",
}
_NEVER = frozenset({"idna", "punycode", "unicode-escape", "raw-unicode-escape", "undefined", "oem", "mbcs"})
_CP1252 = "".join(bytes([i]).decode("cp1252", "ignore") or chr(i) for i in range(256))
_MULTIBYTE = re.compile(rb"[\xc2-\xdf][\x80-\xbf]|[\xe0-\xef][\x80-\xbf]{2}|[\xf0-\xf4][\x80-\xbf]{3}")
_UNFIT = re.compile("[\x00\ud800-\udfff]")
_BOMS = ((codecs.BOM_UTF8, "utf-8"), (codecs.BOM_UTF16_LE, "utf-16-le"), (codecs.BOM_UTF16_BE, "utf-16-be"))


def decode(data: bytes, declared: str = "") -> tuple[str, tuple[str, ...]]:
    """Return the text of `data` and the flaws met: `unknown_charset`, `bad_charset`, `guessed_charset`.

    `declared` is tried strictly; without one, or where it fails, valid UTF-8 is taken as UTF-8 and every other byte
    as Windows-1252 (its five undefined bytes as Latin-1), so that each byte leaves a trace in the text.
    """
    for bom, codec in _BOMS:
        if data.startswith(bom):
            text = _strictly(data[len(bom) :], codec)
            if text is not None:
                return text, ()
    codec, known = _codec(declared)
    if codec:
        text = _strictly(data, codec)
        if text is not None:
            return text, ()
    flaw = "unknown_charset" if not known else "bad_charset" if declared else "guessed_charset"
    text = _strictly(data, "utf-8")
    if text is not None:
        fine = not declared or (data.isascii() and known and not codec)
        return text, () if fine else (flaw,)
    return _mixed(data), (flaw,)


def canonical(text: str) -> tuple[str, tuple[str, ...]]:
    r"""Return `text` with `\n` line ends and no NUL or lone surrogate (each becomes U+FFFD), and the flaws met."""
    if "\r" in text:
        text = text.replace("\r\n", "\n").replace("\r", "\n")
    flaws = []
    if "\x00" in text:
        flaws.append("nul")
    if not _encodable(text):
        flaws.append("lone_surrogate")
    if flaws:
        text = _UNFIT.sub(REPLACEMENT, text)
    return text.removeprefix("\ufeff"), tuple(flaws)


def _encodable(text: str) -> bool:
    try:
        text.encode("utf-8")
    except UnicodeEncodeError:
        return False
    return True


def _codec(declared: str) -> tuple[str, bool]:
    """Return the codec to try first ("" for none) and whether the declared name is one we know."""
    name = declared.strip().strip("\"'").lower()
    if name in _ALIASES or not name:
        return _ALIASES.get(name, ""), True
    try:
        info = codecs.lookup(name)
    except (LookupError, ValueError):  # ValueError: a NUL in the name
        return "", False
    usable = info._is_text_encoding and info.name.replace("_", "-") not in _NEVER  # noqa: SLF001  # hex, zlib … are codecs as well
    return (info.name, True) if usable else ("", False)


def _strictly(data: bytes, codec: str) -> str | None:
    try:
        if codec == "cp1252":
            return _windows(data)
        return data.decode(codec)
    except (UnicodeError, ValueError):
        return None


def _windows(data: bytes) -> str:
    return codecs.charmap_decode(data, "strict", _CP1252)[0]


def _mixed(data: bytes) -> str:
    if _MULTIBYTE.search(data) is None:
        return _windows(data)
    return data.decode("utf-8", "scapa-cp1252")


def _bytewise(error: UnicodeError) -> tuple[str, int]:
    if not isinstance(error, UnicodeDecodeError):
        raise error
    return _windows(error.object[error.start : error.end]), error.end


codecs.register_error("scapa-cp1252", _bytewise)
