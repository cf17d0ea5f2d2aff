"""Licence: what a document states about its licence, as an SPDX expression or `unknown`, never a guess."""

from __future__ import annotations

import re

from scapa.judges import JUDGES, Column
from scapa.judges.rowwise import Row, RowWise
from scapa.records import UNKNOWN
from scapa.rights.licences import OPEN

_CC = ("BY", "BY-SA", "BY-NC", "BY-ND", "BY-NC-SA", "BY-NC-ND")
_PORTS = {
    "CC-BY-2.5-AU", "CC-BY-3.0-AT", "CC-BY-3.0-AU", "CC-BY-3.0-DE", "CC-BY-3.0-IGO", "CC-BY-3.0-NL", "CC-BY-3.0-US",
    "CC-BY-SA-2.0-UK", "CC-BY-SA-2.1-JP", "CC-BY-SA-3.0-AT", "CC-BY-SA-3.0-DE", "CC-BY-SA-3.0-IGO", "CC-BY-ND-3.0-DE",
    "CC-BY-NC-3.0-DE", "CC-BY-NC-SA-2.0-DE", "CC-BY-NC-SA-2.0-FR", "CC-BY-NC-SA-2.0-UK", "CC-BY-NC-SA-3.0-DE",
    "CC-BY-NC-SA-3.0-IGO", "CC-BY-NC-ND-3.0-DE", "CC-BY-NC-ND-3.0-IGO",
}  # fmt: skip
_OTHERS = {
    "AGPL-3.0-only", "AGPL-3.0-or-later", "GPL-2.0-only", "GPL-2.0-or-later", "GPL-3.0-only", "GPL-3.0-or-later",
    "LGPL-2.1-only", "LGPL-2.1-or-later", "LGPL-3.0-only", "LGPL-3.0-or-later", "GFDL-1.2-only", "GFDL-1.2-or-later",
    "GFDL-1.3-only", "GFDL-1.3-or-later", "MPL-2.0", "EUPL-1.2", "ODbL-1.0", "Zlib", "Artistic-2.0", "BSL-1.0",
    "EPL-2.0", "NCGL-UK-2.0", "OGL-UK-1.0", "OGL-UK-2.0", "WTFPL", "Python-2.0", "PSF-2.0", "CC-BY-SA-2.1-JP",
}  # fmt: skip
_VERSIONS = ("1.0", "2.0", "2.5", "3.0", "4.0")
KNOWN = {
    name.lower(): name
    for name in {*OPEN, *_OTHERS, *_PORTS, *(f"CC-{kind}-{number}" for kind in _CC for number in _VERSIONS)}
}
"""SPDX ids that are recognised, by their lower-case form. A name outside is `unknown`."""

_URL = re.compile(
    r"https?://(?:www\.)?creativecommons\.org/(?:licenses/(?P<kind>[a-z]{2}(?:-[a-z]{2}){0,2})|publicdomain/"
    r"(?P<public>zero|mark))/(?P<version>\d\.\d)(?:/(?P<port>[a-z]{2,4}))?/?(?:(?:deed|legalcode)(?:\.[a-z-]{2,7})?)?"
    r"(?![\w/.-]*\w)",
    re.IGNORECASE,
)
_NAMED = re.compile(
    r"(?:cc[ -](?P<short>by(?:-(?:sa|nc|nd)){0,2})|"
    r"creative commons (?P<long>attribution"
    r"(?:-(?:sharealike|noncommercial|noderivatives|noderivs|share alike)){0,2}))[ -](?P<version>\d\.\d)"
    r"(?: (?:international|unported|generic|deed))?(?: (?:public )?licen[cs]e)?",
    re.IGNORECASE,
)
_LONG = {"sharealike": "sa", "share alike": "sa", "noncommercial": "nc", "noderivatives": "nd", "noderivs": "nd"}
_TAG = re.compile(r"SPDX-License-Identifier:[ \t]*([A-Za-z0-9.+() -]{2,120})")
_STATED = re.compile(r"\b(?:licen[cs]ed|available|released|published|distributed) under\b[^\n]{0,160}", re.IGNORECASE)
_TEXT_READ = 200_000
_EVIDENCE = 160


@JUDGES.register
class Licence(RowWise):
    """What a document says about its licence.

    The licence that the source states comes first; then, in the text, SPDX tags and Creative Commons addresses in a
    sentence that says “licensed under”. Two statements that differ are `unknown`.
    """

    name = "licence"
    version = 1
    reads = ("licence", "text")
    source = "SPDX ids and expressions; Creative Commons' own addresses"
    failures = ("a licence told in words of its own, or by a whole licence text, is `unknown`",)
    columns = {
        "spdx": Column("text", "an SPDX expression, or `unknown`"),
        "evidence": Column("text", "where it was stated and in which words; empty if nowhere"),
    }

    def row(self, row: Row) -> tuple[object, ...]:
        stated = row.licence.strip()
        if stated and stated.lower() not in (UNKNOWN, "noassertion"):
            return normalise(stated), f"source: {stated[:_EVIDENCE]}"
        return _in_text(row.text[:_TEXT_READ])


def normalise(stated: str) -> str:
    """Return the SPDX expression that a licence statement is (id, expression, CC address or name), or `unknown`."""
    words = " ".join(stated.split())
    if len(words) > 500:
        return UNKNOWN
    if match := _URL.fullmatch(words):
        return _cc_url(match)
    if match := _NAMED.fullmatch(words.rstrip(".")):
        return _cc_name(match)
    return _expression(words)


def _in_text(text: str) -> tuple[str, str]:
    found: dict[str, str] = {}
    if "SPDX-License-Identifier:" in text:
        found |= {_expression(m[1].strip()): m[0] for m in _TAG.finditer(text)}
    if "creativecommons.org/" in text:
        for statement in _STATED.finditer(text):
            found |= {_cc_url(m): m[0] for m in _URL.finditer(statement[0])}
    if not found:
        return UNKNOWN, ""
    spdx = next(iter(found)) if len(found) == 1 else UNKNOWN
    return spdx, f"text: {'; '.join(found.values())}"[:_EVIDENCE]


def _cc_url(match: re.Match[str]) -> str:
    if public := match["public"]:
        name = "CC0-" if public.lower() == "zero" else "CC-PDM-"
        return KNOWN.get(f"{name}{match['version']}".lower(), UNKNOWN) if not match["port"] else UNKNOWN
    port = f"-{match['port']}" if match["port"] else ""
    return KNOWN.get(f"cc-{match['kind']}-{match['version']}{port}".lower(), UNKNOWN)


def _cc_name(match: re.Match[str]) -> str:
    kind = match["short"] or "-".join(["by", *(_LONG[part] for part in match["long"].lower().split("-")[1:])])
    return KNOWN.get(f"cc-{kind}-{match['version']}".lower(), UNKNOWN)


def _expression(words: str) -> str:
    """Return `words` with every id in its official case if it is an SPDX expression of known ids without WITH."""
    out: list[str] = []
    open_, operand = 0, True  # parentheses open; whether an id or “(” must come next
    for piece in re.findall(r"[()]|[^\s()]+", words):
        known = KNOWN.get(piece.lower())
        if operand and piece == "(":
            open_ += 1
        elif operand and known:
            operand = False
        elif not operand and piece == ")" and open_:
            open_ -= 1
        elif not operand and piece.upper() in ("AND", "OR"):
            operand = True
        else:
            return UNKNOWN
        out.append(known or piece.upper())
    return " ".join(out).replace("( ", "(").replace(" )", ")") if out and not operand and not open_ else UNKNOWN
