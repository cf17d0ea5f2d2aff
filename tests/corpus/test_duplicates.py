"""Copies, containment and templates over a home: what is found, that policies can use it, and what is read for it."""

from __future__ import annotations

from pathlib import Path
from random import Random
from typing import Any

import numpy as np
import pyarrow as pa
import pytest

from letters import mail, mbox, prose
from scapa.corpus import compared, judging
from scapa.corpus.decide import curate, latest
from scapa.corpus.decisions import prepare
from scapa.corpus.duplicates import COPIES
from scapa.corpus.ingest import add
from scapa.corpus.policy import load_policy
from scapa.corpus.relatives import relatives
from scapa.corpus.templates import TEMPLATES, senders, shared_frames, shared_shapes
from scapa.store.home import Home

WHOLE = prose(1, 80)


def changed(text: str, places: int, seed: int = 0) -> str:
    words = text.split()
    for place in Random(seed).sample(range(len(words)), places):
        words[place] = f"other{seed}x{place}"
    return " ".join(words)


def filled(home: Home, messages: list[str], name: str = "all") -> Home:
    path = home.path.parent / f"{name}.mbox"
    path.write_text(mbox(messages))
    add(home, [path])
    return home


def related(home: Home) -> dict[str, dict[str, Any]]:
    """Return {title: its copies and templates}, ids as titles."""
    curate(home)
    with home.writing("test") as catalog:
        made = prepare(home, catalog, [load_policy("personal")]).features
    rows = made.table.select(["id", "title", "copies", "templates"]).to_pylist()
    titles = {row["id"]: row["title"] for row in rows} | {None: None}
    found = {}
    for row, unit in zip(rows, made.label("unit").tolist(), strict=True):
        cells = {**row["copies"], "unit": rows[unit]["id"], **{f"t_{k}": v for k, v in row["templates"].items()}}
        found[row["title"]] = {key: titles.get(value, value) for key, value in cells.items()}
    return found


def test_every_column_is_documented(home: Home) -> None:
    row = related(filled(home, [mail(1, WHOLE)]))["Letter 1"]
    assert set(row) == {*COPIES, "unit", *(f"t_{name}" for name in TEMPLATES)}
    assert row == {
        "size": 1, "first": "Letter 1", "contained_in": None, "contained_share": 0.0, "quoted_in": None,
        "elsewhere": 0.0, "unit": "Letter 1", "t_size": 1, "t_first": "Letter 1", "t_frame": 0.0,
    }  # fmt: skip


def test_copies_have_the_earliest_for_their_first(home: Home) -> None:
    found = related(filled(home, [mail(3, WHOLE), mail(2, changed(WHOLE, 1)), mail(4, WHOLE), mail(5, prose(7))]))
    assert {title: (row["size"], row["first"]) for title, row in found.items()} == {
        "Letter 2": (3, "Letter 2"), "Letter 3": (3, "Letter 2"), "Letter 4": (3, "Letter 2"),
        "Letter 5": (1, "Letter 5"),
    }  # fmt: skip


def test_a_post_that_is_part_of_a_longer_one_names_it_and_goes_with_it(home: Home) -> None:
    longer = f"{prose(2, 70)}\n\n{WHOLE}\n\n{prose(3, 70)}"
    found = related(filled(home, [mail(1, WHOLE), mail(2, longer), mail(3, prose(4, 300))]))
    assert found["Letter 1"]["contained_in"] == "Letter 2"
    assert found["Letter 1"]["contained_share"] == 1.0
    assert found["Letter 1"]["size"] == 1, "it is no copy"
    assert found["Letter 1"]["unit"] == found["Letter 2"]["unit"] == "Letter 1"
    assert 0.2 < found["Letter 2"]["elsewhere"] < 0.5
    assert found["Letter 3"]["contained_in"] is None


def test_a_quote_of_an_earlier_mail_is_told_from_containment(home: Home) -> None:
    quote = "\n".join(f"> {line}" for line in WHOLE.replace(" garden", "\ngarden").splitlines())
    reply = f"{prose(2, 60)}\n\nOn Tue, 1 Mar 2011, Ada wrote:\n{quote}\n"
    found = related(filled(home, [mail(1, WHOLE), mail(2, reply, author="bob@example.org")]))
    assert (found["Letter 1"]["quoted_in"], found["Letter 1"]["contained_in"]) == ("Letter 2", None)
    assert found["Letter 2"]["elsewhere"] == 0.0


def test_policies_can_use_the_columns(home: Home, tmp_path: Path) -> None:
    filled(home, [mail(1, WHOLE), mail(2, f"{prose(2, 70)}\n\n{WHOLE}"), mail(3, prose(4))])
    policy = tmp_path / "p.toml"
    policy.write_text(
        "name='p'\ntarget='is_me'\n"
        "[[rule]]\nreason='in_a_longer_one'\nwhen='copies.contained_in IS NOT NULL'\naction='reject'\n"
        "[[rule]]\nreason='said_before'\nwhen='copies.elsewhere > 0.4 OR templates.size > 4'\naction='review'\n"
    )
    rows = curate(home, policy=str(policy)).decisions.table().to_pylist()
    assert [(row["outcome"], row["reasons"]) for row in rows] == [
        ("rejected", ["in_a_longer_one"]), ("review", ["said_before"]), ("kept", []),
    ]  # fmt: skip


def texts_read(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Return a list that grows with every file whose text is read to compare it."""
    names: list[str] = []
    real = compared.read_table

    def read(path: Path, only: list[str] | None = None) -> pa.Table:
        if only and "text" in only:
            names.append(path.name)
        return real(path, only)

    monkeypatch.setattr(compared, "read_table", read)
    return names


def test_a_text_is_read_for_a_pair_only_once(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    names = texts_read(monkeypatch)
    longer = f"{prose(2, 70)}\n\n{prose(5, 50)}"
    messages = [mail(1, WHOLE), mail(2, changed(WHOLE, 1)), mail(3, prose(5, 50)), mail(4, longer)]
    first = related(filled(home, messages))
    assert names
    names.clear()
    found = related(filled(home, [mail(9, prose(99))], "more"))
    curate(home, policy="strict-low-background")
    assert not names
    assert {title: found[title] for title in first} == first


@pytest.mark.parametrize("damage", [lambda path: path.unlink(), lambda path: path.write_bytes(b"x")])
def test_a_lost_cache_of_comparisons_is_made_again(home: Home, damage: Any) -> None:
    filled(home, [mail(1, WHOLE), mail(2, changed(WHOLE, 1)), mail(3, f"{WHOLE}\n\n{prose(2, 90)}")])
    before = related(home)
    for path in (home.path / "relations").iterdir():
        damage(path)
    assert related(home) == before


def test_parts_that_fit_into_memory_give_the_same(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    bodies = [changed(prose(n % 5, 80), n % 3, n) for n in range(30)]
    filled(home, [mail(n, body) for n, body in enumerate(bodies)])
    before = related(home)
    for path in (home.path / "relations").iterdir():
        path.unlink()
    monkeypatch.setattr(compared, "WORDS_AT_ONCE", 200)
    assert related(home) == before


@pytest.mark.parametrize("seed", [0, *(pytest.param(n, marks=pytest.mark.slow) for n in range(1, 6))])
def test_neither_arrival_nor_batches_nor_workers_matter(
    tmp_path: Path, seed: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(judging, "_ROWS_FOR_A_POOL", 0 if seed else 3_000)
    rng = Random(seed)
    bodies = [changed(prose(n % 9, 70), n // 9, n) for n in range(36)]
    bodies += [f"{prose(n, 70)}\n\n{prose(50 + n, 70)}" for n in range(4)]
    messages = [mail(n, body) for n, body in enumerate(bodies)]
    plain = Home.open(tmp_path / "plain" / "home")
    moved = Home.open(tmp_path / "moved" / "home")
    (moved.path / "scapa.toml").write_text("[ingest]\nsegment_rows = 5\n[curate]\nworkers = 2\n")
    moved = Home.open(moved.path)
    expected = decided(filled(plain, messages))
    rng.shuffle(messages)
    for n in range(0, len(messages), 13):
        filled(moved, messages[n : n + 13], f"part{n}")
        curate(moved)
    assert decided(moved) == expected
    assert related(moved) == related(plain)


def decided(home: Home) -> list[tuple[str, str, str | None, str]]:
    curate(home)
    rows = latest(home).table().select(["id", "outcome", "duplicate_of", "unit"]).to_pylist()
    return sorted(tuple(row.values()) for row in rows)


def receipt(n: int) -> str:
    return (
        f"Dear Customer{n}, thank you for your order {n * 37} of {1 + n % 28} March, which has left our warehouse this "
        f"morning and should be with you in three working days. You may follow its way at any time with the number "
        f"K{n * n}. If something is missing, please write to us and we shall see to it at once. Total {n}.{n % 10}0"
    )


def test_messages_from_one_template_are_found_and_personal_ones_are_not(home: Home) -> None:
    robot = [mail(n, receipt(n), author=f"bounce-{n}@shop.example") for n in range(1, 7)]
    other = [mail(9, receipt(9), author="ada@example.org")]
    own = [mail(n, prose(n, 90)) for n in range(10, 16)]
    found = related(filled(home, [*robot, *other, *own]))
    assert [found[f"Letter {n}"]["t_size"] for n in range(1, 7)] == [6] * 6
    assert {found[f"Letter {n}"]["t_first"] for n in range(1, 7)} == {"Letter 1"}
    assert [found[f"Letter {n}"]["t_size"] for n in range(9, 16)] == [1] * 7


def test_senders_are_told_apart_and_unknown_ones_are_nobody() -> None:
    authors = ["a@x", "b@x", "A@x", "unknown", "", None, "no-reply+17=q@y", "no-reply+18=z@y", "no-reply+18=z@z"]
    got = senders(pa.array(authors, pa.string())).tolist()
    assert got[3:6] == [0, 0, 0]
    assert (got[0], got[6]) == (got[2], got[7])
    assert len({got[0], got[1], got[6], got[8]}) == 4


def test_shapes_of_several_senders_are_never_one_template() -> None:
    shapes = np.tile(np.arange(1, 64, dtype=np.uint8), (6, 1))
    assert shared_shapes(shapes, np.array([1, 2, 3, 1, 2, 0], np.uint64)).tolist() == [0, 1, 2, 0, 1, 5]


def test_a_pasted_text_finds_what_it_is_and_what_holds_it(home: Home) -> None:
    filled(home, [mail(1, WHOLE), mail(2, f"{WHOLE}\n\n{prose(2, 80)}"), mail(3, prose(3, 90)), mail(4, "")])
    curate(home)
    ids = {row["title"]: row["id"] for row in table_of(home, ["id", "title"])}
    assert relatives(home, changed(WHOLE, 1)) == [ids["Letter 1"], ids["Letter 2"]]
    assert relatives(home, prose(3, 90)[:300]) == [ids["Letter 3"]]
    assert relatives(home, "nothing that is here") == relatives(home, "") == []


def table_of(home: Home, columns: list[str]) -> list[dict[str, Any]]:
    from scapa.store.segments import read_table

    return [r for s in home.catalog.segments("documents") for r in read_table(home.path / s.name, columns).to_pylist()]


def test_frames_are_shared_by_five_of_a_sender() -> None:
    frames = np.array([1, 2, 1, 3, 1, 1, 1, 2, 9], np.uint32)  # six of one sender, one of another
    first, groups = np.array([0, 2, 4, 5, 6, 8, 8, 9]), np.array([7, 7, 7, 7, 7, 7, 8], np.uint64)
    assert shared_frames(frames, first, groups).tolist() == [0.5, 0.5, 1.0, 1.0, 0.5, 0.0, 0.0]
    assert shared_frames(frames, first, np.array([7, 7, 7, 7, 6, 6, 8], np.uint64)).tolist() == [0.0] * 7
    assert shared_frames(frames, first, np.zeros(7, np.uint64)).tolist() == [0.0] * 7


def test_a_robot_that_says_something_else_each_time_is_known_by_its_frame(home: Home) -> None:
    def news(n: int) -> str:
        return (
            f"Here is what happened on day {n} in the world that we watch for you with open eyes:\n\n{prose(n, 60)}\n\n"
            "You get this because you asked for it once, and you may end it at any time on the page of your account."
        )

    robot = [mail(n, news(n), author="news@example.org") for n in range(1, 7)]
    own = [mail(n, prose(n, 90)) for n in range(10, 16)]
    found = related(filled(home, [*robot, *own]))
    assert min(found[f"Letter {n}"]["t_frame"] for n in range(1, 7)) > 0.6
    assert max(found[f"Letter {n}"]["t_frame"] for n in range(10, 16)) == 0.0
