"""Keys, tokens and passwords, by the shapes that services give theirs and by the words that introduce them."""

from __future__ import annotations

import binascii
import re
from collections.abc import Iterator
from functools import partial

from scapa.judges.finders import Finder, Found, Word

_KEYS = {
    "AKIA": r"[A-Z0-9]{16}\b",
    "ASIA": r"[A-Z0-9]{16}\b",
    "LTAI": r"[A-Za-z0-9]{16,20}\b",
    **{f"gh{kind}_": r"[A-Za-z0-9]{36,255}\b" for kind in "pousr"},
    "github_pat_": r"[A-Za-z0-9_]{60,255}\b",
    "glpat-": r"[\w-]{20,64}",
    "gldt-": r"[\w-]{20,64}",
    "glrt-": r"[\w-]{20,64}",
    "xoxa-": r"[A-Za-z0-9-]{10,250}",
    "xoxb-": r"[A-Za-z0-9-]{10,250}",
    "xoxe-": r"[A-Za-z0-9-]{10,250}",
    "xoxe.": r"[A-Za-z0-9.-]{10,250}",
    "xoxp-": r"[A-Za-z0-9-]{10,250}",
    "xoxr-": r"[A-Za-z0-9-]{10,250}",
    "xoxs-": r"[A-Za-z0-9-]{10,250}",
    "xapp-": r"[A-Za-z0-9-]{20,250}",
    "AIza": r"[\w-]{35}(?![\w-])",
    "GOCSPX-": r"[\w-]{28}(?![\w-])",
    "ya29.": r"[\w-]{20,250}",
    "sk-": r"(?=[\w-]{0,60}\d)[\w-]{32,250}",
    "gsk_": r"[A-Za-z0-9]{40,60}\b",
    "sk_live_": r"[A-Za-z0-9]{16,250}",
    "sk_test_": r"[A-Za-z0-9]{16,250}",
    "rk_live_": r"[A-Za-z0-9]{16,250}",
    "rk_test_": r"[A-Za-z0-9]{16,250}",
    "whsec_": r"[A-Za-z0-9+/]{24,60}",
    "hf_": r"[A-Za-z0-9]{34}\b",
    "r8_": r"[A-Za-z0-9]{37}\b",
    "npm_": r"[A-Za-z0-9]{36}\b",
    "pypi-": r"Ag[\w-]{50,250}",
    "rubygems_": r"[0-9a-f]{48}\b",
    "SG.": r"[\w-]{16,32}\.[\w-]{16,64}(?![\w-])",
    "xkeysib-": r"[0-9a-f]{64}-[\w]{16}\b",
    "key-": r"[0-9a-f]{32}\b",
    "AC": r"[0-9a-f]{32}\b",
    "SK": r"[0-9a-f]{32}\b",
    "eyJ": r"[\w-]{8,2000}\.eyJ[\w-]{8,4000}\.[\w-]{16,1000}",
    "dop_v1_": r"[0-9a-f]{64}\b",
    "doo_v1_": r"[0-9a-f]{64}\b",
    "dckr_pat_": r"[\w-]{20,40}",
    "dapi": r"[0-9a-f]{32}\b",
    "shpat_": r"[0-9a-fA-F]{32}\b",
    "shpca_": r"[0-9a-fA-F]{32}\b",
    "shppa_": r"[0-9a-fA-F]{32}\b",
    "shpss_": r"[0-9a-fA-F]{32}\b",
    "sq0atp-": r"[\w-]{22}(?![\w-])",
    "sq0csp-": r"[\w-]{43}(?![\w-])",
    "hvs.": r"[\w-]{24,200}",
    "NRAK-": r"[A-Z0-9]{27}\b",
    "PMAK-": r"[0-9a-f]{24}-[0-9a-f]{34}\b",
    "figd_": r"[\w-]{40}(?![\w-])",
    "lin_api_": r"[A-Za-z0-9]{40}\b",
    "ntn_": r"[A-Za-z0-9]{40,50}\b",
    "glsa_": r"[A-Za-z0-9]{32}_[0-9a-f]{8}\b",
    "tskey-": r"[a-z]{3,10}-[A-Za-z0-9-]{20,80}",
    "ATATT3": r"[\w=-]{50,250}",
    "ATBB": r"[A-Za-z0-9]{32}\b",
    "secret_": r"[A-Za-z0-9]{43}\b",
    "sl.": r"[\w-]{100,250}",
    "EAA": r"[A-Za-z0-9]{80,250}\b",
    "sk.eyJ": r"[\w-]{20,200}\.[\w-]{20,60}",
    "nfp_": r"[A-Za-z0-9]{36,40}\b",
    "pscale_tkn_": r"[\w-]{32,64}",
    "pscale_pw_": r"[\w-]{32,64}",
    "pul-": r"[0-9a-f]{40}\b",
    "dp.pt.": r"[A-Za-z0-9]{40,44}\b",
    "glc_": r"[A-Za-z0-9+/=]{32,250}",
    "pplx-": r"[A-Za-z0-9]{40,60}\b",
    "sntrys_": r"[A-Za-z0-9+/=_-]{60,250}",
    "tfp_": r"[\w-]{40,60}",
    "xai-": r"[A-Za-z0-9]{60,100}\b",
    "CCIPAT_": r"[\w]{40,80}",
    "HRKU-": r"[\w-]{36,64}",
    "oauth:": r"[a-z0-9]{30}\b",
    "glptt-": r"[\w-]{20,64}",
    "AGE-SECRET-KEY-1": r"[A-Z0-9]{58}\b",
}
"""What a key begins with, which must not stand within a word, and how it goes on."""

_HOOK = re.compile(
    r"https://(?:hooks\.slack\.com/(?:services|workflows)/[\w/]{20,120}|"
    r"(?:ptb\.|canary\.)?discord(?:app)?\.com/api/webhooks/\d{15,22}/[\w-]{40,100})"
)
_BOT = re.compile(r"\d{8,10}:A[A-Z][\w-]{30,36}(?![\w-])")
_PARTS = re.compile(r"[MNO][A-Za-z\d_-]{23,27}\.[\w-]{6}\.[\w-]{27,40}(?![\w-])")
_BLOCK = re.compile(r"-----BEGIN (?:[A-Z0-9]{2,12} ){0,2}PRIVATE KEY(?: BLOCK)?-----")
_BLOCK_END = re.compile(r"-----END (?:[A-Z0-9]{2,12} ){0,2}PRIVATE KEY(?: BLOCK)?-----")
_LONGEST_BLOCK = 20_000
_LOGIN = re.compile(r"://[^\s/:@]{0,64}:(?P<value>[^\s/@]{3,100})@")
_AUTHORIZATION = re.compile(
    r"(?:bearer|token)[ \t]{1,2}(?P<value>[\w.~+/-]{16,2000}={0,2})(?![\w.~+/-])", re.IGNORECASE
)
_BASIC = re.compile(r"basic[ \t]{1,2}(?P<value>[A-Za-z0-9+/]{8,400}={0,2})(?![\w+/=])", re.IGNORECASE)
_ASSIGNED = re.compile(
    r"(?:secret|token|api|auth|access|account|shared|client|"
    r"private|preshared|encryption|signing|master)[a-z]{0,12}(?:[_ -]?[a-z]{2,8}){0,3}"
    r"[\"']?[ \t]{0,2}(?:=>|[:=])[ \t]{0,2}[\"']?(?P<value>[A-Za-z0-9+/_~.-]{20,200}={0,2})(?![\w+/=])",
    re.IGNORECASE,
)
_HEX = re.compile(
    r"[0-9a-f]{32,128}(?:-us\d{1,2})?\Z|[0-9A-F]{32,128}\Z|[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}\Z"
)
_EMPTY = frozenset(["password", "pass", "passwd", "secret", "pwd", "token", "passwort", "xxx", "xxxx", "changeme"])

_PASSWORDS = (
    "password", "passwort", "passwd", "passphrase", "passcode", "kennwort", "kodeord", "contraseña", "contrasena",
    "wachtwoord", "senha", "adgangskode", "lösenord", "hasło", "haslo", "heslo", "passord", "parola", "palavra-passe",
    "パスワード", "暗証番号", "pgpassword", "userpassword", "dbpassword", "wlan-schlüssel", "zugangscode", "wpa-key",
    "wifi-key", "wlan-key",
)  # fmt: skip
_SHORT = ("pass", "passe", "pw", "pwd", "psk", "mdp", "clave")
_VALUE = r"(?:\\?\"(?P<quoted>[^\"\n]{4,80}?)\\?\"|'(?P<single>[^'\n]{4,80})'|(?P<value>[^\s,;\"'<>]{4,64}))"
_LETTERS = r"[^\W\d_]{1,16}"
_PASSWORD = re.compile(
    rf"[^\W\d_]{{2,16}}(?:[_-][^\W\d_]{{2,12}})?(?P<mark>"
    r"\\?[\"']?\]?[ \t]{0,2}(?:=>|[:=：]|[\"'],)[ \t]{0,2}|>(?=[^<\n]{4,64}</)"  # password: x, <password>x
    rf"|(?: [\w.-]{{1,16}}){{1,4}} ?[:：] ?"  # the password for the printer: x
    rf"|(?: {_LETTERS}){{0,4}} (?:is|ist|lautet|es|è|é|er|est|jest|to|är):? "  # the password of the printer is x
    r"|'s |は ?)"
    rf"{_VALUE}",
    re.IGNORECASE,
)
_OPTION = re.compile(r"--?pass(?:word|wd|phrase)?[ =](?P<value>[^\s'\"]{4,64})")
_NETRC = re.compile(r"login[ \t]{1,4}[^\s]{1,64}\s{1,4}password[ \t]{1,4}(?P<value>[^\s]{4,64})")
_BY = re.compile(r"identified by (?:password )?'(?P<value>[^'\n]{4,64})'", re.IGNORECASE)
_NO_PASSWORD = ("http", "$", "{", "<", "%", "(", "[", "*")
_CODE = re.compile(r"[a-z_]\w*(?:\.[a-z_][a-z0-9_]*)+[\[(]?\Z")
_ENVIRONMENT = re.compile(r"(?<=_)PASSWORD (?P<value>[^\s'\"$<]{6,64})(?=\s|\Z)")
_MARKED = re.compile(r"[^\W\d_](?=[!#$%*+@^~&?]).{1,60}[^\W\d_!?]|\w{3,20}(?:-\w{3,20}){3}")
"""Signs between letters, or four words with hyphens: what a password without a digit looks like."""
_MYSQL = re.compile(r"(?:mysql|maria)\w{0,8} (?:[^\n|;]{0,80} )?-p(?P<value>[^\s'\"]{4,64})")
_DASH_P = re.compile(r"(?:sshpass|login)(?: [^\n|;]{0,60})? -p[ ]?['\"]?(?P<value>[^\s'\"$]{4,200})")
_CURL = re.compile(
    r"(?:curl|wget) (?:[^\n|;]{0,100} )?(?:-u|--user)[ =]['\"]?[^\s:'\"]{1,64}:(?P<value>[^\s'\"]{4,200})"
)
_PAIR = re.compile(r"(?:login|logins|account|user)\b[^\n/]{0,24}\b[\w.@-]{2,40} / (?P<value>[^\s,;\"'<>]{6,64})")
_WIFI = re.compile(r"WIFI:[^\n]{0,80}?;P:(?P<value>[^;\n]{4,64});")


def _key(pattern: re.Pattern[str], text: str, at: int) -> Iterator[Found]:
    if match := pattern.match(text, at):
        yield *match.span(), "key"


def _hook(text: str, at: int) -> Iterator[Found]:
    begin = text.rfind("https://", max(0, at - 16), at + 1)
    if begin >= 0 and (match := _HOOK.match(text, begin)):
        yield *match.span(), "key"


def block(text: str, at: int) -> Iterator[Found]:
    """Yield a private key block, to its END line if that is near, else the BEGIN line alone; `at` is at BEGIN."""
    if begin := _BLOCK.match(text, at - 5):
        end = _BLOCK_END.search(text, begin.end(), begin.end() + _LONGEST_BLOCK)
        yield begin.start(), end.end() if end else begin.end(), "key"


def login(text: str, at: int) -> Iterator[Found]:
    """Yield the password of `://user:password@`; `at` is at its first colon."""
    match = _LOGIN.match(text, at)
    if match and match["value"].lower() not in _EMPTY and match["value"][0] not in "<${*[":
        yield *match.span("value"), "key"


def _authorization(text: str, at: int) -> Iterator[Found]:
    match = _AUTHORIZATION.match(text, at)
    if match and match[0][0] in "tT" and "uthorization" not in text[max(0, at - 24) : at]:
        return
    if match and _is_mixed(match["value"]):
        yield *match.span("value"), "key"


def _basic(text: str, at: int) -> Iterator[Found]:
    match = _BASIC.match(text, at)
    if match and _is_basic(match["value"]):
        yield *match.span("value"), "key"


def _is_basic(value: str) -> bool:
    try:
        return b":" in binascii.a2b_base64(value, strict_mode=True)
    except ValueError:
        return False


def _assigned(text: str, at: int) -> Iterator[Found]:
    match = _ASSIGNED.match(text, at)
    if match and text[at - 1 : at] not in ("?", "&") and _is_random(match["value"]):
        yield *match.span("value"), "key"


def _is_mixed(value: str) -> bool:
    return any(map(str.isdigit, value)) and any(map(str.isalpha, value))


def _is_random(value: str) -> bool:
    """Whether it holds small and capital letters and digits, or is a long hexadecimal number: names do not."""
    if _HEX.match(value):
        return True
    kinds = any(map(str.isdigit, value)) + any(map(str.islower, value)) + any(map(str.isupper, value))
    return kinds == 3 and value.count(".") < 2 and value.count("/") < 4 and len(set(value)) > 12


def _password(text: str, at: int) -> Iterator[Found]:
    option = _OPTION.match(text, at - 2) if text[at - 2 : at] == "--" else None
    match = option or _PASSWORD.match(text, at)
    if not match:
        return
    group = next(name for name in ("value", "quoted", "single") if name in match.groupdict() and match[name])
    value = match[group] if group != "value" else _cut(match[group])
    direct = option or match["mark"].strip()[:1] in (":", "=", '"', "'", "]", "：", ">", "\\")
    phrase = group != "value" and text[at : at + 10].lower().startswith(("psk", "wpa", "passphrase"))
    if phrase or (_is_password(value, direct=bool(direct)) and (direct or _is_mixed(value))):
        start = match.start(group)
        yield start, start + len(value), "password"


def _cut(value: str) -> str:
    """Return a bare value without the end of the sentence, or of the query of an URL, that it stands in."""
    return re.split(r"&[a-z_]{1,20}=", value, maxsplit=1)[0].rstrip(".,:;)")


def _is_password(value: str, *, direct: bool = False) -> bool:
    if value.startswith(_NO_PASSWORD) or any(part in value for part in ("(", " ", "{{")) or _CODE.match(value):
        return False
    if any(map(str.isdigit, value)):
        return len(value) > 5 or value.isdigit()
    return direct and len(value) > 5 and bool(_MARKED.search(value))


def _stated(pattern: re.Pattern[str], text: str, at: int) -> Iterator[Found]:
    match = pattern.match(text, at)
    if match and _is_password(match["value"]):
        yield *match.span("value"), "password"


def bot(text: str, at: int) -> Iterator[Found]:
    """Yield a Telegram bot's token."""
    return _key(_BOT, text, at)


def parts(text: str, at: int) -> Iterator[Found]:
    """Yield a Discord bot's token."""
    return _key(_PARTS, text, at)


def _keys() -> dict[Word, Finder]:
    found: dict[Word, Finder] = {}
    for begin, rest in _KEYS.items():
        pattern = re.compile(f"(?<![\\w-]){re.escape(begin)}{rest}")
        found[Word(begin, exact=True)] = partial(_key, pattern)
    return found


WORDS: dict[Word, Finder] = {
    **_keys(),
    Word("BEGIN ", exact=True): block,
    Word("hooks.slack.com/"): _hook,
    Word("discord.com/api/webhooks"): _hook,
    Word("discordapp.com/api/webhooks"): _hook,
    Word("bearer ", near=200): _authorization,
    Word("token ", near=200): _authorization,
    Word("basic ", near=200): _basic,
    **{Word(word, near=64): _assigned for word in (
        "secret", "token", "api_key", "apikey", "api-key", "api key", "api_token", "auth_token", "authtoken",
        "privatekey", "presharedkey", "encryption_key", "signing_key", "master_key",
        "access_key", "access_token", "accesskey", "accountkey",
        "sharedaccesskey", "client_secret", "clientsecret",
    )},
    **{Word(word): _password for word in _PASSWORDS},
    **{Word(word, whole=True): _password for word in _SHORT},
    Word("mysql"): partial(_stated, _MYSQL),
    Word("mariadb"): partial(_stated, _MYSQL),
    Word("sshpass"): partial(_stated, _DASH_P),
    Word("curl "): partial(_stated, _CURL),
    Word("wget "): partial(_stated, _CURL),
    Word("login", near=80): lambda text, at: (
        *_stated(_DASH_P, text, at),
        *_stated(_PAIR, text, at),
        *_stated(_NETRC, text, at),
    ),
    Word("identified by"): partial(_stated, _BY),
    Word("account ", near=80): partial(_stated, _PAIR),
    Word("PASSWORD ", exact=True): partial(_stated, _ENVIRONMENT),
    Word("WIFI:", exact=True): partial(_stated, _WIFI),
}  # fmt: skip
