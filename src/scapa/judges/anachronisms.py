"""Words, marks and mail programs that cannot be older than a day: small tables, kept to what has one meaning.

Dates are the first public attestation (or earlier where that is disputed), never the height of fame. Left out are
names that were words, products or rumours before (Twitter, iPhone, Facebook, Android, Windows 7, Kubernetes, Unicode).
"""

from __future__ import annotations

import re
from functools import cache
from typing import NamedTuple

from scapa.text.dates import claim

WORDS = {
    "ChatGPT": "2022-11-01", "GPT-4o": "2024-05-01", "GPT-3.5": "2022-01-01", "GPT-4": "2020-05-01",
    "COVID-19": "2020-02-11", "Covid-19": "2020-02-11", "SARS-CoV-2": "2020-02-10", "Bundesnotbremse": "2021-03-01",
    "LLaMA-2": "2023-02-24", "DeepSeek-R1": "2024-11-01", "DeepSeek-V3": "2024-12-01", "Midjourney": "2021-08-01",
    "PyTorch": "2016-08-01", "TensorFlow": "2015-11-01", "Brexit": "2012-05-15", "Grexit": "2012-02-01",
    "WhatsApp": "2009-02-01", "Instagram": "2010-07-01", "Snapchat": "2011-07-01", "Bitcoin": "2008-08-01",
    "Ethereum": "2013-11-01", "GitHub": "2007-10-01", "WikiLeaks": "2006-10-01", "YouTube": "2005-02-01",
    "Wikipedia": "2001-01-01", "Airbnb": "2008-08-01", "Obamacare": "2007-01-01", "podcast": "2004-02-01",
    "Sent from my iPhone": "2007-01-09", "Sent from my iPad": "2010-01-27", "Raspberry Pi": "2009-01-01",
    "Windows Vista": "2005-07-01", "Windows XP": "2001-01-01", "Mac OS X": "1998-05-01", "Wi-Fi": "1999-01-01",
    "JavaScript": "1995-11-01", "World Wide Web": "1990-05-01", "Linux": "1991-08-01", "Nintendo Switch": "2016-10-01",
    "PlayStation": "1990-06-01", "transistor": "1948-05-01", "nylon": "1938-01-01", "television": "1900-01-01",
    "penicillin": "1928-01-01", "genocide": "1943-01-01", "Medicare Part D": "1998-01-01", "#MeToo": "2006-01-01",
    "QAnon": "2017-10-01", "bit.ly/": "2008-05-01", "youtu.be/": "2009-12-01", "goo.gl/": "2009-12-01",
    "HathiTrust": "2008-01-01", "Distributed Proofreaders": "2000-10-01", "gutenberg.org": "1996-01-01",
    "archive.org": "1995-12-01",
}  # fmt: skip
"""As written (case counts) → the day before which it was not written."""

_IOS = {
    "1": "2007-01-09", "5": "2008-03-01", "7": "2009-03-01", "8": "2010-04-01", "9": "2011-06-01", "10": "2012-06-01",
    "11": "2013-06-01", "12": "2014-06-01", "13": "2015-06-01", "14": "2016-06-01", "15": "2017-06-01",
    "16": "2018-06-01", "17": "2019-06-01", "18": "2020-06-01", "19": "2021-06-01", "20": "2022-06-01",
    "21": "2023-06-01", "22": "2024-06-01",
}  # fmt: skip
_THUNDERBIRD = {
    "1": "2003-07-01", "2": "2006-06-01", "3": "2008-03-01", "5": "2011-04-01", "10": "2011-09-01",
    "17": "2012-06-01", "24": "2013-03-01", "31": "2014-01-01", "38": "2014-11-01", "45": "2015-10-01",
    "52": "2016-09-01", "60": "2017-11-01", "68": "2018-12-01", "78": "2019-12-01", "91": "2021-01-01",
    "102": "2021-12-01", "115": "2023-01-01", "128": "2024-01-01", "140": "2025-01-01",
}  # fmt: skip
_OUTLOOK = {
    "9": "1998-06-01", "10": "2000-06-01", "11": "2002-10-01", "12": "2005-11-01", "14": "2009-05-01",
    "15": "2012-01-01", "16": "2014-10-01",
}  # fmt: skip
_CLIENTS = (
    (re.compile(r"(?:iPhone|iPad|iPod) Mail \((\d{1,2})[A-H]\d{1,4}"), "iOS Mail", _IOS),
    (re.compile(r"Thunderbird/(\d{1,3})\."), "Thunderbird", _THUNDERBIRD),
    (re.compile(r"Microsoft (?:Office )?Outlook,? (?:Build )?(\d{1,2})\.0\b"), "Outlook", _OUTLOOK),
)
_DATED_CLIENTS = (
    (re.compile(r"Mutt/[\w.+-]{1,40} \((\d{4}-\d\d-\d\d)\)"), "Mutt"),
    (re.compile(r"Alpine [\d.]{1,10} \(\w{2,8} \d{1,8} (\d{4}-\d\d-\d\d)\)"), "Alpine"),
    (re.compile(r"Gecko/((?!20100101)(?:199|20[012])\d{5})\b"), "Gecko"),
)
_SCANNED = re.compile(r"[Dd]igiti[sz]ed (?:(?:by|at) [\w' ]{1,60}? )?in ((?:19[89]|20\d)\d)\b")
_GOOGLE = re.compile(r"[Dd]igiti[sz]ed by (?:Google|G[Oo0]{2}gle|the Internet Archive|Microsoft)")
_COPYRIGHT = re.compile(r"(?:©|\([cC]\)|[Cc]opyright)(?: ?(?:©|\([cC]\)))?[ :]{1,3}((?:19|20)\d\d)\b")


class Mark(NamedTuple):
    """Something that was not written before `since` (UTC microseconds)."""

    name: str
    since: int


def words_in(text: str) -> list[Mark]:
    """Return the words of the table that stand in `text` as whole words, latest first."""
    return [Mark(f"word:{word}", since) for word, since, whole in _words() if word in text and whole.search(text)]


def marks_in(text: str) -> list[Mark]:
    """Return what scanning projects and copyright lines say about when the text was handled."""
    found = []
    if "igiti" in text:
        found += [Mark(f"digitized:{m[1]}", day(f"{m[1]}-01-01")) for m in _SCANNED.finditer(text)]
        if not found and _GOOGLE.search(text):
            found.append(Mark("digitized", day("2000-01-01")))
    if "opyright" in text or "©" in text or "(c)" in text or "(C)" in text:
        # next year's notice is printed early
        found += [Mark(f"copyright:{m[1]}", day(f"{int(m[1]) - 1}-01-01")) for m in _COPYRIGHT.finditer(text)]
    return list(dict.fromkeys(found))


def client(value: str) -> Mark | None:
    """Return the program that an X-Mailer or User-Agent names, with the day before which that version did not exist."""
    value = value[:300]
    for pattern, name in _DATED_CLIENTS:
        if match := pattern.search(value):
            digits = match[1].replace("-", "")
            built = claim(f"{digits[:4]}-{digits[4:6]}-{digits[6:]}", "table")
            return Mark(f"client:{name}/{match[1]}", built.start) if built else None
    for pattern, name, table in _CLIENTS:
        if match := pattern.search(value):
            known = [int(number) for number in table if int(number) <= int(match[1])]
            return Mark(f"client:{name}/{match[1]}", day(table[str(max(known))])) if known else None
    return None


@cache
def day(date: str) -> int:
    """Return the earliest instant at which a day (ISO) began anywhere on Earth, in UTC microseconds."""
    found = claim(date, "table")
    return found.start if found else 0


@cache
def _words() -> list[tuple[str, int, re.Pattern[str]]]:
    rows = [(w, day(date), re.compile(rf"(?<!\w){re.escape(w)}(?!\w)" if w[-1] != "/" else re.escape(w)))
            for w, date in WORDS.items()]  # fmt: skip
    return sorted(rows, key=lambda row: -row[1])
