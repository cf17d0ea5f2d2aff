from __future__ import annotations

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
