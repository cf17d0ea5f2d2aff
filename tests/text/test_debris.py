"""Debris: what is counted, and what only looks so."""

import pytest

from scapa.text.debris import debris
from scapa.text.kernels import utf8


def _counts(text):
    found = debris(utf8(["before", text, "after"]))
    named = ("lost", "controls", "invisible", "directions", "residues")
    return {name: int(getattr(found, name)[1]) for name in named if getattr(found, name)[1]}


@pytest.mark.parametrize(
    ("text", "counts"),
    [
        ("plain text\n\twith white space\r\n", {}),
        ("Schöne Grüße, 中文, 👩‍🚀 and 👍🏽 and ❤️", {}),
        ("می‌خواهم", {}),  # the joiner is orthography
        ("\ufeffa mark at the start", {}),
        ("lost \ufffd\ufffd", {"lost": 2}),
        ("bell \x07 and delete \x7f and C1 \x96", {"controls": 3}),
        ("zero\u200bwidth pass\u200dword soft\u00adhyphen \U000e0041", {"invisible": 4}),
        ("a\ufeffb", {"invisible": 1}),
        ("#\ufe0f\u20e3 is a key", {}),
        ("a\ufe0f", {"invisible": 1}),
        ("\u202eevil\u202c \u2066x\u2069 \u200e", {"directions": 5}),
        ("a =3D b, =20\nand =C3=A9t=C3=A9, =20", {"residues": 5}),
        ("Tom&nbsp;&amp; &lt;b&gt; &quot; &#39; &#x27;", {"residues": 7}),
        ("AT&T; x=3; y = 20\na=20b; R&D; &copy", {}),
        ("=3", {}),
        ("&#", {}),
    ],
)
def test_counted(text, counts):
    assert _counts(text) == counts
