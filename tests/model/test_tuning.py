"""Tuning in a home: what is refused, what goes on, and who may work meanwhile."""

from __future__ import annotations

import os
import shutil
import signal
from functools import partial
from itertools import count
from pathlib import Path

import pytest
from safetensors.torch import load_file

from letters import mail, mbox, prose
from scapa.corpus.decide import curate
from scapa.corpus.ingest import add
from scapa.corpus.me import confirm
from scapa.corpus.release import open_release, release
from scapa.corpus.source import remove_source
from scapa.errors import CheckFailed, HomeBusy, UsageError
from scapa.measure.interval import Interval
from scapa.measure.tails import Change
from scapa.model import tuning
from scapa.model.bill import WEIGHTS, write_json
from scapa.model.checkpoint import FILE
from scapa.model.train import Training
from scapa.model.tuning import new_words, shelf, tune_release
from scapa.seal.manifest import OWN, SIGNATURE, read_manifest, seal_folder, verify
from scapa.seal.signature import SigningKey
from scapa.store.home import Home
from scapa.text.words import words

ME, OTHER = "ada@example.org", "bob@example.org"
SMALL = Training(
    width=64, batch=4, micro=2, eval_windows=6, least_windows=4, samples=2, sample_tokens=8, glances=1,
    checkpoint_seconds=-1.0,
)  # fmt: skip
CALM = {"missing_mass": Change(1.0, 1.0, Interval(0.0, -0.1, 0.1))}


def clock(start=1_750_000_000_000_000):
    ticks = count(start, 1_000_000)
    return lambda: next(ticks)


@pytest.fixture(scope="module")
def made(tmp_path_factory, tiny_folder):
    """A home with a release of ten letters of mine and four to me; tests work on copies."""
    folder = tmp_path_factory.mktemp("tuning")
    box = folder / "All.mbox"
    own = [mail(n, prose(n), ME) for n in range(10)]
    box.write_text(mbox([*own, *(mail(n, prose(n), OTHER) for n in range(50, 54))]))
    home = Home.open(folder / "home", now=clock())
    settings = home.path / "scapa.toml"
    text = settings.read_text().replace('base = "smollm2-135m"', f'base = "{tiny_folder}"')
    settings.write_text(text.replace("threads = 0", "threads = 1").replace("rank = 16", "rank = 4"))
    confirm(home, [ME])
    home = Home.open(home.path, now=home.now)
    assert (home.settings.tune.base, home.settings.tune.threads) == (str(tiny_folder), 1)
    add(home, [box])
    curate(home)
    release(home)
    return home


@pytest.fixture
def home(made, tmp_path, monkeypatch):
    shutil.copytree(made.path, tmp_path / "home")
    small = partial(tuning.tune, training=SMALL, steps=6, tails=lambda _, __: CALM)
    monkeypatch.setattr(tuning, "tune", small)
    return Home.open(tmp_path / "home", now=clock(1_760_000_000_000_000))


@pytest.fixture
def untuned(monkeypatch):
    """Tuning must not begin."""
    monkeypatch.setattr(tuning, "tune", lambda *_, **__: pytest.fail("it was tuned on"))


def ids(home):
    return [model.id for model in shelf(home).models()]


def signed_anew(home, key, **body):
    """Sign the home's release once more, with `key` and another body."""
    path = open_release(home).path
    stated = read_manifest(path)["body"]
    for name in OWN:
        (path / name).unlink()
    seal_folder(path, "release", stated | body, key)
    return open_release(home)


def test_a_tampered_release_is_refused_and_named(home, untuned):
    chosen = open_release(home)
    shard = next(chosen.path.glob("*.parquet"))
    data = shard.read_bytes()
    text = next(chosen.documents()).text.encode()
    shard.write_bytes(data.replace(text[:20], b"x" * 20, 1))
    with pytest.raises(CheckFailed, match=r"documents-00000.parquet: was altered.*document"):
        tune_release(home, chosen)
    assert ids(home) == []


def test_a_release_of_the_home_must_bear_its_signature(home, untuned, tmp_path):
    chosen = signed_anew(home, SigningKey.create(tmp_path / "stranger"))
    with pytest.raises(CheckFailed, match="not among the trusted keys"):
        tune_release(home, chosen)


def test_a_release_from_elsewhere_need_not(home, tmp_path):
    chosen = signed_anew(home, SigningKey.create(tmp_path / "stranger"))
    elsewhere = tmp_path / "given"
    shutil.copytree(chosen.path, elsewhere)
    assert tune_release(home, open_release(home, str(elsewhere))).bill["release"]["root"] == chosen.root


def test_a_release_without_my_words_is_refused(home, untuned):
    chosen = signed_anew(home, SigningKey.load(home.path / "keys" / "signing"), targets=0)
    with pytest.raises(UsageError, match="nothing of yours") as refused:
        tune_release(home, chosen)
    assert "scapa me" in refused.value.next


def test_what_the_files_say_counts_not_what_was_read_before(home, untuned):
    stale = open_release(home)
    signed_anew(home, SigningKey.load(home.path / "keys" / "signing"), targets=0)
    with pytest.raises(UsageError, match="nothing of yours"):
        tune_release(home, stale)


def test_a_release_whose_words_may_no_longer_be_trained_on_is_refused(home, untuned):
    chosen = open_release(home)
    remove_source(home, "1")
    with pytest.raises(CheckFailed, match="14 the source"):
        tune_release(home, chosen)


def test_others_write_to_the_home_while_it_trains(home, monkeypatch):
    train, seen = tuning.tune, []

    def tune(*given, **options):
        with home.writing("add"):
            seen.append("written")
        with pytest.raises(HomeBusy, match=rf"scapa tune \(process {os.getpid()}\) is tuning"):
            tune_release(home, open_release(home))
        return train(*given, **options)

    monkeypatch.setattr(tuning, "tune", tune)
    model = tune_release(home, open_release(home))
    assert seen == ["written"]
    assert ids(home) == [model.id]
    monkeypatch.setattr(tuning, "tune", train)
    assert tune_release(home, open_release(home)).id == f"{model.id}.2"  # the lock is free again


def test_a_tuning_of_another_seed_is_not_gone_on_with(home):
    chosen = open_release(home)
    stem = f"20250101-{chosen.root[:8]}"
    for other in (f"{stem}-s10", f"{stem}-s1.x", f"x{stem}-s1", f"{stem}-s1-old"):
        (shelf(home).folder / other).mkdir()
    (shelf(home).folder / f"{stem}-s2.3").mkdir()
    assert tune_release(home, chosen, seed=1).id == f"20251009-{chosen.root[:8]}-s1"
    assert tune_release(home, chosen, seed=2).id == f"{stem}-s2.3"


def test_new_words_are_all_until_there_is_a_model_then_those_it_lacks(home):
    chosen = open_release(home)
    own = [d for d in chosen.documents() if d.role == "target"]
    every = sum(len(words(d.text)) for d in own)
    assert len(own) == 10
    assert new_words(home, chosen) == every > 500

    def model(name, at, known):
        folder = shelf(home).new(name)
        write_json(folder / "evaluation.json", {"gates": []})
        documents = {"train": [d.id for d in known[1:]], "heldout": [d.id for d in known[:1]]}
        write_json(folder / "bill.json", {"made": at, "documents": documents, "release": {"root": "gone"}})

    model("z-older", 1, own)
    assert new_words(home, chosen) == 0
    model("a-newer", 2, own[:7])
    assert new_words(home, chosen) == sum(len(words(d.text)) for d in own[7:])


POINTS = {
    "measuring before": [],  # no checkpoint yet
    "writing a checkpoint": [1, 2, 3],  # the third is half written beside the second
    "training": [3, 4],  # between two checkpoints
    "writing the bill": [4, 5, 6],  # all there but the bill
}


def killed_at(home, point):
    """Tune in a child process, which is killed at `point`; return the signal that ended it, and the steps it made."""
    reading, writing = os.pipe()
    child = os.fork()
    if child:
        os.close(writing)
        with os.fdopen(reading) as stream:
            said = stream.read().splitlines()
        return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]), [int(step) for step in said]
    try:
        signal.alarm(60)  # a child that hangs is a failed test, not a stuck one
        die_at(point)
        tune_release(home, open_release(home), progress=lambda stage, done, *_: at(point, stage, done, writing))
    finally:
        os._exit(0)


def at(point, stage, done, said):
    if stage == "training":
        os.write(said, f"{done}\n".encode())
    if (point, stage) == ("measuring before", "measuring before: control") or (point, stage, done) == (
        "training", "training", 4,
    ):  # fmt: skip
        os.kill(os.getpid(), signal.SIGKILL)


def die_at(point):
    """Be killed in the middle of writing a file: when it is about to be renamed into place."""
    last = {"writing a checkpoint": FILE, "writing the bill": "bill.json"}.get(point)
    rename, met = Path.replace, count()

    def replacing(path, target):
        if Path(target).name == last and (last != FILE or next(met) == 3):
            os.kill(os.getpid(), signal.SIGKILL)
        return rename(path, target)

    Path.replace = replacing


def test_killed_anywhere_the_next_tuning_goes_on_and_ends_equal(home, made, tmp_path):
    shutil.copytree(made.path, tmp_path / "calm")
    undisturbed = tune_release(calm := Home.open(tmp_path / "calm", now=home.now), open_release(calm))
    for point, steps in POINTS.items():
        assert killed_at(home, point) == (-signal.SIGKILL, steps), point
        assert ids(home) == [], point
        halfway = [path for path in shelf(home).folder.iterdir() if path.is_dir()]
        assert len(halfway) == 1, point
    stages = []
    model = tune_release(home, open_release(home), progress=lambda stage, *_: stages.append(stage))
    assert {"training", "measuring before: heldout"}.isdisjoint(stages)
    assert ids(home) == [model.id] == [halfway[0].name]
    assert {p.name for p in model.folder.iterdir()} == {"adapter", "bill.json", "curves.json", "evaluation.json", *OWN}
    mine, theirs = load_file(model.folder / WEIGHTS), load_file(undisturbed.folder / WEIGHTS)
    assert mine.keys() == theirs.keys()
    assert all(mine[name].equal(theirs[name]) for name in mine)


def test_a_model_is_signed_with_the_homes_key_and_a_kill_before_that_is_made_good(home):
    done = tune_release(home, open_release(home))
    key = (home.path / "keys" / "signing.pub").read_text()
    assert verify(done.folder, [key]).failures == ()
    (done.folder / SIGNATURE).unlink()
    tune_release(home, open_release(home), seed=2)
    for model in shelf(home).models():
        found = verify(model.folder, [key])
        assert (found.kind, found.failures, found.trusted) == ("model", (), True)


def test_what_a_killed_tuning_left_beside_its_bill_is_removed(home):
    done = tune_release(home, open_release(home))
    (done.folder / "work").mkdir()
    tune_release(home, open_release(home), seed=2)
    assert not (done.folder / "work").exists()
    assert len(ids(home)) == 2
