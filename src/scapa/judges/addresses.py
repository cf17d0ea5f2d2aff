"""Internet addresses whose top-level domain was not open yet: `www.alpine-huts.eu` in 2002, `ann@harbour.pub` in 1999.

A domain dates an address where it stands in one: after http://, www. or @, or as a lower-case host after “at”, “on”,
“via”. Without these it may be a file (`Mail.app`) or a full stop that lacks its  (`the end.online`).
"""

from __future__ import annotations

import re

_OPENED = {
    "1984-10": "com edu gov mil",
    "1985": "uk us il org net",
    "1986": "de fr nl jp kr se fi au",
    "1987": "no dk ch nz ar it",
    "1988": "at be es ie pt",
    "1989": "br mx in gr tw",
    "1990": "pl hu cn hk za tr su",
    "1992": "ua ee lt si",
    "1993": "cz sk hr lv mk ro bg",
    "1994": "ru kz by",
    "1995": "ai to ws vc ge",
    "1996": "tv gg im je la ba",
    "1997": "io cc cx nu ac ly gl sh sc",
    "2000": "ps",
    "2000-11": "info biz name museum coop aero pro",
    "2005": "eu jobs travel mobi cat",
    "2006": "tel asia ax",
    "2007": "me rs",
    "2010": "cw sx",
    "2013-09": """
        guru bike clothing holdings plumbing singles ventures camera equipment estate gallery graphics lighting
        photography construction contractors directory kitchen land technology today diamonds enterprises tips voyage
        careers photos recipes limo domains cab company computer center systems academy management training solutions
        support builders  education institute repair camp glass florist house solar coffee international xyz club
        guide link wiki ink build ninja london berlin wien koeln nyc tokyo paris hamburg cologne melbourne sydney
        amsterdam boston miami vegas scot wales cymru bzh eus gal quebec moscow africa online site website tech store
        shop blog art app dev page cloud  fun host press live world news media social games game video
        agency zone works expert network digital studio design marketing business consulting services team group
        events band rocks reviews city town cafe restaurant pizza bar pub beer wine vin fish garden farm dog cats pet
        horse hiv green bio eco energy fund capital finance financial bank insurance money cash loan credit tax tax
        legal lawyer attorney doctor dentist dental health healthcare care clinic hospital surgery fitness yoga run
        bet casino poker lotto win bid sale deals cheap discount gift gifts buy codes code software hosting server
        data chat  dating love wedding baby kids mom family school university college degree science engineer
        engineering church faith bible islam ngo ong foundation charity vote voto democrat republican army navy
        vip men  win lol wtf fail sucks porn adult sexy sex hot cool ooo icu cyou bond monster quest beauty hair
        makeup skin autos boats motorcycles homes rent property properties apartments condos villas haus immo immobilien
        versicherung reise reisen jetzt kaufen schule gmbh ltd llc inc srl sarl
        ist istanbul ruhr saarland bayern nrw tirol swiss zuerich brussels vlaanderen gent frl
        google youtube gmail bbc barclays bmw audi toyota sony apple microsoft amazon
        review trade webcam party date faith men racing stream science download accountant cricket loan win
        blackfriday christmas cruises flights hotel hotels tickets tours holiday vacations viajes
        toys tools tires supply supplies show theater theatre tattoo style shoes jewelry fashion boutique watch
        audio  guitars radio juegos play player plus  moe dance film movie
        cards catering cleaning coach dating democrat direct exchange exposed foo fyi gives golf gratis gripe
        industries irish koko lease mba memorial menu moda mortgage movie network organic partners parts pics
        pictures pink place productions promo rehab rentals report rest rip rodeo salon sarl schwarz soccer
        soy surf taxi tennis trading trust vet vision vodka voting wang watch webcam wed work wtf yachts zip mov
        """,
}

OPENED = {name: since for since, names in _OPENED.items() for name in names.split()}
"""Top-level domain → since when an address can have it, a safe while before it opened."""

CUES = {f".{name}": name for name in OPENED}
"""Phrase → domain."""

_SURE = frozenset(
    [
        "biz",
        "mobi",
        "xyz",
        "info",
        "icu",
        "ngo",
        "ong",
        "lol",
        "wtf",
        "wien",
        "koeln",
        "nyc",
        "bzh",
        "cymru",
        "gmbh",
        "jetzt",
        "kaufen",
        "fyi",
        "ooo",
    ]
)
_MARKED = re.compile(rb"(?:https?://|\bwww\.|[\w.+-]@)(?:[\w-]{1,63}\.){0,6}[\w-]{1,63}$", re.IGNORECASE)
_LED = re.compile(
    rb"(?:^|[\s(])(?:at|on|via|visit|see|from|by|to|is|use|unter|auf|"
    rb"sur)[\s:]{1,2}(?:[a-z0-9-]{1,40}\.){0,3}[a-z][a-z0-9-]{2,62}$"
)
_BARE = re.compile(rb"(?:^|[\s(<])(?:[a-z0-9-]{1,40}\.){0,3}[a-z][a-z0-9-]{2,62}$")
_FILES = frozenset(
    [
        "zip",
        "mov",
        "info",
        "name",
        "app",
        "pub",
        "bar",
        "run",
        "data",
        "code",
        "tools",
        "exchange",
        "radio",
        "audio",
        "video",
        "parts",
        "map",
        "com",
    ]
)
_NEWSGROUP = re.compile(rb"(?:^|[^\w.])(?:alt|sci|comp|rec|soc|talk|misc|news|humanities|gnu|bit|k12)\.[\w.+-]{0,60}$")
_MORE = re.compile(rb"[\w@-]|\.[\w]")


def in_address(name: str, text: bytes, at: int) -> bool:
    """Say whether the domain `name`, whose letters begin at byte `at`, ends the host of an address."""
    end = at + len(name)
    if _MORE.match(text, end) or text[at:end] not in (name.encode(), name.upper().encode()):
        return False
    before = text[max(0, at - 160) : at - 1]
    if _NEWSGROUP.search(before):
        return False
    if _MARKED.search(before):
        return True
    if len(name) == 2 and name != "eu":
        return False
    return bool((_BARE if name in _SURE - _FILES else _LED).search(before))
