"""A maintenance run: the whole chain for what is new, each action done or skipped with its reason and its override.

    add → curate → release → tune → verify

Every run ends as one line in `maintenance.jsonl` of the home; `history` reads them back.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from typing import Any

from scapa.corpus.decide import curate, current
from scapa.corpus.ingest import refresh
from scapa.corpus.policy import policy_digest
from scapa.corpus.release import Release, release, releases, signing_key
from scapa.errors import CheckFailed, HomeBusy, MissingPart, ScapaError
from scapa.files import write_text
from scapa.maintain.conditions import Skip, conditions, on_battery
from scapa.records import Progress, silent
from scapa.seal.manifest import verify
from scapa.store.home import Home

LOG = "maintenance.jsonl"
KEPT_LINES = 1_000
DAY = 86_400 * 1_000_000
VERIFY_EVERY = 7 * DAY


@dataclass(frozen=True, slots=True)
class Action:
    """Something that a run did, in a few words."""

    action: str
    did: str


Step = Callable[[Home, bool, Progress], Action | Skip]


@dataclass(frozen=True, slots=True)
class Maintained:
    """What a run did and left out; `failed` names an action that could not end, and why."""

    started: int
    actions: tuple[Action, ...]
    skipped: tuple[Skip, ...]
    failed: tuple[Skip, ...] = ()


def maintain(home: Home, *, force: bool = False, progress: Progress = silent, **probes: Any) -> Maintained:
    """Bring everything up to date with what is new. `force` works whatever the conditions are, and does again what
    is up to date. `probes` go to `conditions` (tests inject battery, load and disk).

    After an action that fails the chain goes no further, and the last good release and model stay as they are; only
    what needs nothing of it (`verify`) is still done. A home that another process is writing to is no failure.
    """
    started = home.now()
    newest = home.catalog.value("SELECT max(created) FROM batch")
    reasons = [] if force else conditions(home.settings.maintain, home.path, now=home.now, newest=newest, **probes)
    if reasons:
        return _log(home, Maintained(started, (), tuple(reasons)))
    done: list[Action | Skip] = []
    failed: list[Skip] = []
    for name, step in STEPS.items():
        if failed and name not in ALWAYS:
            done.append(Skip(name, f"{failed[0].action} failed", f"scapa {name}"))
            continue
        unplugged = None if force or name == "add" else on_battery(home.settings.maintain, action=name)
        try:
            done.append(unplugged or step(home, force, progress))
        except HomeBusy as busy:
            done.append(Skip(name, busy.what, f"scapa {name}, when that has ended"))
        except ScapaError as error:
            failed.append(Skip(name, str(error), f"scapa {name}"))
    actions = tuple(item for item in done if isinstance(item, Action))
    skips = tuple(item for item in done if isinstance(item, Skip))
    return _log(home, Maintained(started, actions, skips, tuple(failed)))


def history(home: Home) -> list[dict[str, Any]]:
    """Return what earlier runs did, oldest first; a line cut short by a crash is left out."""
    path = home.path / LOG
    lines = path.read_text(encoding="utf-8").splitlines() if path.exists() else []
    return [json.loads(line) for line in lines if line.endswith("}")]


def _add(home: Home, _force: bool, progress: Progress) -> Action | Skip:
    added = refresh(home, progress=progress)
    if not added.read:
        return Skip("add", f"nothing new in {added.unchanged:,} files", "scapa add PATH")
    return Action("add", str(added.law))


def _curate(home: Home, _force: bool, progress: Progress) -> Action | Skip:
    if not home.catalog.value("SELECT count(*) FROM document"):
        return Skip("curate", "there are no documents yet", "scapa add PATH")
    if current(home, policy_digest(home.settings.curate.policy)):
        return Skip("curate", "nothing changed since the last decision", "scapa curate --policy OTHER")
    return Action("curate", str(curate(home, progress=progress).decisions.law))


def _release(home: Home, force: bool, progress: Progress) -> Action | Skip:
    newest = current(home, policy_digest(home.settings.curate.policy))
    if newest is None or not newest.counts["kept"]:
        return Skip("release", "the policy keeps no document", "scapa curate --explain")
    if not force and any(r.body["decision"] == newest.digest for r in _local(home)):
        return Skip("release", "the newest decisions are released already", "scapa release")
    made = release(home, decision=newest.digest, progress=progress)
    return Action("release", f"{made.id}: {made.body['documents']:,} documents")


def _local(home: Home) -> list[Release]:
    """Return the releases that are for oneself, oldest first: what is made to be shared lacks others' words."""
    return [r for r in releases(home) if r.body["audience"] == "local"]


def _tune(home: Home, force: bool, progress: Progress) -> Action | Skip:
    from scapa.model.split import TooLittle

    local = _local(home)
    if not local:
        return Skip("tune", "there is no release yet", "scapa release")
    if not local[-1].body["targets"]:
        return Skip("tune", "the release holds nothing of yours to train on", "scapa me ADDRESS")
    try:
        return _tune_on(home, local[-1], force, progress)
    except (MissingPart, TooLittle) as lacking:
        return Skip("tune", lacking.what, lacking.next)


def _tune_on(home: Home, newest: Release, force: bool, progress: Progress) -> Action | Skip:
    from scapa.model.gates import all_pass
    from scapa.model.tuning import new_words, tune_release

    new, wanted = new_words(home, newest), home.settings.maintain.new_words
    if not force and new < wanted:
        return Skip("tune", f"{new:,} new words of yours, wanted {wanted:,}", "scapa tune")
    made = tune_release(home, newest, budget=home.settings.maintain.budget, progress=progress)
    return Action("tune", f"{made.id}: {'promoted' if all_pass(made.gates) else 'kept, not promoted'}")


def _verify(home: Home, force: bool, _progress: Progress) -> Action | Skip:
    sealed = releases(home)
    if not sealed:
        return Skip("verify", "there is no release yet", "scapa release")
    newest = sealed[-1]
    before = [run["started"] for run in history(home) if any(a["action"] == "verify" for a in run["actions"])]
    if not force and before and home.now() - before[-1] < VERIFY_EVERY:
        days = (home.now() - before[-1]) / DAY
        return Skip("verify", f"checked {days:.1f} days ago, due every 7", f"scapa verify {newest.path}")
    found = verify(newest.path, [signing_key(home).public])
    if not found.ok:
        raise CheckFailed("; ".join(found.failures[:3]), where=str(newest.path), next="restore it from a backup")
    return Action("verify", f"{newest.id}: {found.files} files ok")


STEPS: dict[str, Step] = {"add": _add, "curate": _curate, "release": _release, "tune": _tune, "verify": _verify}
ALWAYS = frozenset({"verify"})
"""Actions that are done although an earlier one failed."""


def _log(home: Home, run: Maintained) -> Maintained:
    lines = [json.dumps(past) for past in history(home)][-KEPT_LINES:]
    write_text(home.path / LOG, "\n".join([*lines, json.dumps(asdict(run))]) + "\n")
    return run


def lines(run: Maintained) -> Iterator[str]:
    """Yield the run in words, a line each thing."""
    yield from (f"{item.action:<8} {item.did}" for item in run.actions)
    yield from (f"{skip.action:<8} skipped: {skip.why} (override: {skip.override})" for skip in run.skipped)
    yield from (f"{skip.action:<8} FAILED: {skip.why}" for skip in run.failed)
