"""The ledger: what is recorded is recognised, what is older or the author's own left alone, what is forgotten gone."""

import os
import stat
from collections.abc import Iterator
from itertools import count
from pathlib import Path
from random import Random

import numpy as np
import pytest

from scapa.errors import HomeBusy, HomeError, HomeTooNew, UnknownName
from scapa.ledger import Ledger
from scapa.ledger.lock import locked

WORDS = [f"{a}{b}{c}" for a in "bdfglmnprst" for b in ("a", "e", "i", "o", "u") for c in ("lin", "mor", "tak", "ves")]
LATER = 10**9


def text(seed: int, length: int = 120) -> str:
    rng = Random(seed)
    return " ".join(rng.choice(WORDS) for _ in range(length))


@pytest.fixture
def ledger(tmp_path: Path) -> Ledger:
    ticks = count(1000)
    rng = Random(7)
    return Ledger.open(tmp_path / "generations", now=lambda: next(ticks), rng=rng.randbytes)


def ids(found: list) -> list[str]:
    return [match.generation for match in found]


def test_a_returning_text_is_found_whole(ledger: Ledger) -> None:
    other, made = ledger.record(text(1)), ledger.record(text(2), model="m")
    [found], [nothing] = ledger.match([text(2)], [LATER]), ledger.match([text(3)], [LATER])
    assert nothing == []
    [match] = found
    assert (match.generation, match.time, match.words, match.share) == (made.id, made.time, 120, 1.0)
    assert match.spans == ((0, len(text(2))),)
    assert match.bits == pytest.approx(541.6, abs=0.1)
    assert other.id != made.id


def test_an_excerpt_in_human_text_gets_its_own_byte_range(ledger: Ledger) -> None:
    made = ledger.record(text(1))
    excerpt = " ".join(text(1).split()[40:60])
    before, after = "Ünïcode 中文 " + text(8, 100), text(9, 100)
    [[match]] = ledger.match([f"{before} {excerpt} {after}"], [LATER])
    low, high = len(f"{before} ".encode()), len(f"{before} {excerpt}".encode())
    assert match.generation == made.id
    [(start, end)] = match.spans
    assert low <= start < low + 30, "no human word is in the span"
    assert high - 30 < end <= high
    assert match.share == match.words / 223


def test_an_edited_passage_is_one_span(ledger: Ledger) -> None:
    ledger.record(text(1))
    words = text(1).split()
    words[50] = "edited"
    [[match]] = ledger.match([" ".join(words)], [LATER])
    assert match.spans == ((0, len(" ".join(words))),)


def test_a_span_reaches_to_the_edge_of_its_sentence_and_no_further(ledger: Ledger) -> None:
    machine = text(1, 40)
    ledger.record(f"{text(5, 20)} {machine} {text(6, 20)}")
    before, after = text(8, 60) + ". ", "! " + text(9, 60)
    [[match]] = ledger.match([f"{before}so {machine} mor{after}"], [LATER])
    assert match.spans == ((len(before), len(f"{before}so {machine} mor!")),)
    [[far]] = ledger.match([f"{before}{text(7, 30)} {machine}{after}"], [LATER])
    assert far.spans[0][0] >= len(before + text(7, 30)), "an edge far away is not looked for"


def test_only_text_newer_than_the_generation_matches(ledger: Ledger) -> None:
    made = ledger.record(text(1), started=500)
    copies = [text(1)]
    assert ledger.match(copies, [499]) == [[]]
    assert ledger.match(copies, [500]) == [[]]
    assert [ids(m) for m in ledger.match(copies, [501])] == [[made.id]]


def test_the_authors_own_old_words_are_left_alone_in_new_mail(ledger: Ledger) -> None:
    own, fresh = text(1, 60), text(2, 60)
    made = ledger.record(f"{own} {fresh}", started=500)
    old, new = own, f"{own} {fresh}"
    [[], [match]] = ledger.match([old, new], [100, 600])
    assert match.generation == made.id
    [(start, end)] = match.spans
    assert len(own) - 30 < start < len(own) + 30, "what was there before the generation is not machine text"
    assert end == len(new)
    assert ids(ledger.match([new], [600])[0]) == [made.id], "without the old text nobody knows"


def test_search_in_batches_and_settle_equals_match(ledger: Ledger) -> None:
    for seed in range(4):
        ledger.record(text(seed), started=500 + seed)
    texts = [text(0), text(1) + " " + text(2), text(9), text(3, 60), "", text(0, 50)]
    known = np.array([100, 900, 900, 900, 900, 900])
    batches = [ledger.search(texts[i : i + 2], known[i : i + 2], offset=i) for i in (0, 2, 4)]
    assert ledger.settle(batches, 6) == ledger.match(texts, known)
    assert [len(m) for m in ledger.match(texts, known)] == [0, 2, 0, 1, 0, 0]


def test_what_the_prompt_said_is_not_held_against_its_author(ledger: Ledger) -> None:
    prompt, answer = text(1, 80), text(2, 80)
    made = ledger.record(f"{prompt} {answer}", context=[text(5), prompt])
    assert made.left_out > 20
    assert ledger.match([prompt], [LATER]) == [[]]
    assert ids(ledger.match([answer], [LATER])[0]) == [made.id]


def test_generations_that_share_text_are_explained_by_as_few_as_possible(ledger: Ledger) -> None:
    first = ledger.record(text(1))
    ledger.record(text(1))
    ledger.record(" ".join(text(1).split()[:60]))
    second = ledger.record(text(2))
    [found] = ledger.match([text(1) + " . " + text(2)], [LATER])
    assert sorted(ids(found)) == sorted([first.id, second.id])


def test_common_words_alone_never_match(ledger: Ledger) -> None:
    ledger.record("I hope this is all right with you and that we can have it by the end of the day if you can do it.")
    assert ledger.match(["it is all right with you and we can have it by the end of the day"], [LATER]) == [[]]


def test_scattered_agreement_in_a_long_text_does_not_add_up(ledger: Ledger) -> None:
    machine = text(1, 400).split()
    ledger.record(" ".join(machine))
    human = text(2, 4000).split()
    for i in range(40):
        human[i * 100 : i * 100 + 4] = machine[i * 10 : i * 10 + 4]
    assert ledger.match([" ".join(human)], [LATER], floor=60) == [[]]


def test_a_language_the_prior_does_not_know_needs_more_than_one_run(ledger: Ledger) -> None:
    words = [f"xq{w}zz" for w in text(1, 40).split()]
    ledger.record(" ".join(words))
    run = [f"vv{w}kk" for w in text(3, 40).split()]
    fours = [" ".join(run[:20] + words[i : i + 4] + run[20:]) for i in range(37)]
    assert ledger.match(fours, [LATER] * 37) == [[]] * 37
    assert len(ledger.match([" ".join(run[:20] + words + run[20:])], [LATER])[0]) == 1


def test_forgetting_erases_the_prints_and_keeps_a_tombstone(ledger: Ledger) -> None:
    ledger.flush_at = 1
    made, kept = ledger.record(text(1)), ledger.record(text(2))
    ledger.flush_at = 10**9
    late = ledger.record(text(3, 30))
    for generation, words in ((made, 120), (late, 30)):
        ledger.forget(generation.id)
        tomb = ledger.generation(generation.id)
        assert (tomb.state, tomb.prints, tomb.words) == ("forgotten", 0, words)
    assert ledger.match([text(1), text(3, 30)], [LATER] * 2) == [[], []]
    assert ids(ledger.match([text(2)], [LATER])[0]) == [kept.id]
    assert prints_on_disk(ledger) == kept.prints == ledger.stats()["prints"]
    ledger.forget(made.id)
    with pytest.raises(UnknownName):
        ledger.forget("g0")


def prints_on_disk(ledger: Ledger) -> int:
    """Every eight bytes of every print file are counted: nothing lies about unlisted."""
    files = [p for p in ledger.folder.iterdir() if p.suffix == ".prints"]
    recent = len(ledger._current().segments[-1].prints)
    return sum((p.stat().st_size - 16) // 12 for p in files) + recent


def test_segments_merge_and_stay_few(ledger: Ledger) -> None:
    ledger.flush_at = 50
    made = [ledger.record(text(seed, 40 + seed)) for seed in range(40)]
    stats = ledger.stats()
    assert 1 <= stats["segments"] <= 4
    assert prints_on_disk(ledger) == stats["prints"] == sum(m.prints for m in made)
    found = ledger.match([text(seed, 40 + seed) for seed in range(40)], [LATER] * 40)
    assert [ids(m) for m in found] == [[m.id] for m in made]


def test_the_snapshot_names_what_can_match(ledger: Ledger) -> None:
    states = [ledger.snapshot()]
    made = ledger.record(text(1))
    states.append(ledger.snapshot())
    ledger.flush_at = 1
    ledger.record(text(2))
    states.append(ledger.snapshot())
    ledger.forget(made.id)
    states.append(ledger.snapshot())
    assert len(set(states)) == 4
    assert Ledger.open(ledger.folder).snapshot() == states[-1]


def test_another_process_sees_what_was_recorded(ledger: Ledger) -> None:
    other = Ledger.open(ledger.folder)
    assert other.match([text(1)], [LATER]) == [[]]
    made = ledger.record(text(1))
    assert ids(other.match([text(1)], [LATER])[0]) == [made.id]


def test_imported_answers_match_from_their_own_time_on(ledger: Ledger) -> None:
    made = ledger.import_machine_text([text(1), text(2)], "chatgpt", contexts=[[], [text(2, 60)]], times=[50, None])
    assert [m.origin for m in made] == ["chatgpt"] * 2
    assert ids(ledger.match([text(1)], [60])[0]) == [made[0].id]
    assert ledger.match([text(2, 60)], [LATER]) == [[]]
    assert made[1].time >= 1000


def test_a_stream_is_known_before_it_is_closed(ledger: Ledger) -> None:
    pieces = [" ".join(text(1).split()[i : i + 7]) + " " for i in range(0, 120, 7)]
    stream = ledger.begin(context=["a prompt"], model="m")
    for sent in range(1, len(pieces)):
        stream.extend(pieces[sent - 1])
        found = ledger.match(["".join(pieces[:sent])], [LATER])[0]
        assert ids(found) == ([stream.generation.id] if sent > 1 else ids(found))
    stream.extend(pieces[-1])
    made = stream.close()
    assert (made.state, made.words) == ("complete", 120)
    assert ledger.generation(made.id) == made
    assert prints_on_disk(ledger) == made.prints
    with pytest.raises(UnknownName, match="not open"):
        stream.extend("more")


def test_a_stream_cut_off_is_found_as_far_as_it_went(ledger: Ledger) -> None:
    stream = ledger.begin()
    stream.extend(text(1, 50))
    again = Ledger.open(ledger.folder)
    assert ids(again.match([text(1, 50)], [LATER])[0]) == [stream.generation.id]
    assert again.generation(stream.generation.id).state == "open"


def test_no_word_and_no_plain_print_is_on_disk(ledger: Ledger) -> None:
    ledger.flush_at = 1
    ledger.record(text(1), context=[text(2)], model="m")
    ledger.flush_at = 10**9
    ledger.record(text(3))
    held = b"".join(p.read_bytes() for p in ledger.folder.iterdir())
    assert not [w for w in WORDS if w.encode() in held]
    other = Ledger.open(ledger.folder.parent / "other", rng=Random(8).randbytes)
    other.record(text(1))
    mine, theirs = (set(a._current().segments[0].prints.tolist()) for a in (ledger, other))
    assert mine
    assert not mine & theirs, "another key makes other prints of the same text"


def test_the_folder_and_the_key_are_private(ledger: Ledger) -> None:
    assert stat.S_IMODE(ledger.folder.stat().st_mode) == 0o700
    ledger.flush_at = 1
    ledger.record(text(1))
    for path in ledger.folder.iterdir():
        assert stat.S_IMODE(path.stat().st_mode) & 0o177 == 0, path.name


def test_a_ledger_without_its_key_is_refused(ledger: Ledger) -> None:
    (ledger.folder / "key").unlink()
    with pytest.raises(HomeError, match="key is gone"):
        Ledger.open(ledger.folder)
    (ledger.folder / "key").write_text("abc")
    with pytest.raises(HomeError, match="not a ledger's key"):
        Ledger.open(ledger.folder)


def test_a_newer_ledger_is_refused(ledger: Ledger) -> None:
    with ledger._entries._connect() as connection:
        connection.execute("PRAGMA user_version = 2")
    with pytest.raises(HomeTooNew):
        Ledger.open(ledger.folder)


def test_a_segment_cut_short_is_refused(ledger: Ledger) -> None:
    ledger.flush_at = 1
    ledger.record(text(1))
    [path] = ledger.folder.glob("*.prints")
    path.write_bytes(path.read_bytes()[:-4])
    with pytest.raises(HomeError, match="not a whole segment"):
        Ledger.open(ledger.folder).match([text(1)], [LATER])


def test_writers_wait_and_then_say_who_is_in_the_way_but_readers_do_not(ledger: Ledger) -> None:
    made = ledger.record(text(1))
    impatient = Ledger.open(ledger.folder, wait=0.05)
    with locked(ledger.folder / "lock", wait=0):
        with pytest.raises(HomeBusy):
            impatient.record(text(2))
        assert ids(impatient.match([text(1)], [LATER])[0]) == [made.id]
    impatient.record(text(2))


def test_texts_too_short_to_print_are_entries_all_the_same(ledger: Ledger) -> None:
    made = [ledger.record(t) for t in ("", "one two three")]
    assert [(m.words, m.prints) for m in made] == [(0, 0), (3, 0)]
    assert ledger.match(["", "one two three"], [LATER] * 2) == [[], []]
    assert ledger.match([], []) == []
    assert ledger.stats()["generations"] == 2


@pytest.fixture(autouse=True)
def _umask() -> Iterator[None]:
    before = os.umask(0o022)
    yield
    os.umask(before)
