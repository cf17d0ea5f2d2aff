from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scapa.corpus.masking import masked

KEY = b"k" * 32


def mask(start: int, end: int, style: str, kind: str = "email") -> dict[str, object]:
    return {"start": start, "end": end, "kind": kind, "style": style}


def test_no_mask_changes_nothing():
    assert masked("  as it is \n\n\n", [], KEY) == "  as it is \n\n\n"


def test_drop_takes_the_bytes_out():
    assert masked("keep drop keep", [mask(5, 10, "drop")], KEY) == "keep keep"


def test_equal_secrets_get_equal_placeholders_and_others_do_not():
    text = "a@b.c and A@B.C and d@e.f"
    out = masked(text, [mask(0, 5, "placeholder"), mask(10, 15, "placeholder"), mask(20, 25, "placeholder")], KEY)
    first, second, third = out.split(" and ")
    assert first == second != third
    assert first.startswith("[email:")
    assert masked(text, [mask(0, 5, "placeholder")], b"other" * 7) != masked(text, [mask(0, 5, "placeholder")], KEY)


_WAYS = [
    ("phone", "+44 (0)20 7946 0958", "0044 20 7946-0958"),
    ("iban", "DE89 3704 0044 0532 0130 00", "de89370400440532013000"),
    ("card", "4111 1111 1111 1111", "4111-1111-1111-1111"),
    ("national_id", "50.155.275-A", "50155275a"),
    ("passport", "C7VK1PXT4", "C7VK1PXT4"),
    ("email", "Jane@Example.org", "jane@example.org"),
    ("address", "14 Wexcombe Road,\nLeeds LS8 2PT", "14 Wexcombe Road, Leeds LS8 2PT"),
    ("ip", "2001:DB8::1", "2001:db8::1"),
    ("birth", "3 May 1971", "3 may 1971"),
]


@pytest.mark.parametrize(("kind", "one", "other"), _WAYS)
def test_one_value_gets_one_placeholder_however_it_is_written(kind, one, other):
    texts = [masked(value, [mask(0, len(value.encode()), "placeholder", kind)], KEY) for value in (one, other)]
    assert texts[0] == texts[1]
    assert re.fullmatch(rf"\[{kind}:[0-9a-f]{{6}}\]", texts[0])
    changed = one[:-1] + ("5" if one[-1] != "5" else "6")
    assert masked(changed, [mask(0, len(changed.encode()), "placeholder", kind)], KEY) != texts[0]


@pytest.mark.parametrize("kind", ["key", "password"])
def test_secrets_that_differ_in_a_capital_are_two(kind):
    one, other = (masked(value, [mask(0, 8, "placeholder", kind)], KEY) for value in ("hunter2X", "hunter2x"))
    assert one != other


def test_drop_wins_over_placeholder_wherever_they_overlap():
    text = "write to a@b.c now"
    assert masked(text, [mask(9, 14, "placeholder"), mask(6, 18, "drop")], KEY) == "write"


def test_offsets_are_bytes():
    assert masked("né à vie", [mask(len("né ".encode()), len("né à ".encode()), "drop")], KEY) == "né vie"


@given(
    st.text(alphabet="aé漢😀 \n", max_size=30),
    st.lists(st.tuples(st.integers(0, 30), st.integers(0, 30), st.sampled_from(["drop", "placeholder"])), max_size=5),
)
def test_exactly_what_no_mask_covers_is_kept(text, ranges):
    cuts = [len(text[:n].encode()) for n in range(len(text) + 1)]
    masks = [mask(cuts[min(a, b, len(text))], cuts[min(max(a, b), len(text))], s) for a, b, s in ranges]
    covered = set().union(*(range(m["start"], m["end"]) for m in masks)) if masks else set()
    kept = bytes(b for n, b in enumerate(text.encode()) if n not in covered).decode()
    out = masked(text, masks, KEY)
    plain = "".join(part.split("]", 1)[-1] for part in out.split("[")) if "[" in out else out
    assert "".join(plain.split()) == "".join(kept.split())
