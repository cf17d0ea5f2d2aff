"""Tuning in a home: the newest release in, a model on the shelf out, promoted only through its gates."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

from scapa.corpus.release import Release, check_permissions, read_release, signing_key
from scapa.errors import CheckFailed, UsageError
from scapa.model.base import Base, prepare_base
from scapa.model.bill import is_whole, seal_model
from scapa.model.budget import seconds
from scapa.model.gates import all_pass
from scapa.model.shelf import Model, Shelf
from scapa.model.tune import clear, tune
from scapa.model.windows import PLACEHOLDER
from scapa.records import Progress, silent
from scapa.seal.manifest import SIGNATURE, verify
from scapa.store.home import Home
from scapa.text.words import words

_NAMED = 3
"""So many failures are named in an error."""


def home_base(home: Home, *, progress: Progress = silent) -> Base:
    """Return the home's base model, fetched and converted on first use (the only step that needs the network)."""
    return prepare_base(home.settings.tune.base, home.folder("models") / "base", progress=progress)


def shelf(home: Home) -> Shelf:
    """Return the home's models."""
    return Shelf(home.folder("models"))


def tune_release(
    home: Home, release: Release, *, budget: str | None = None, seed: int = 1, progress: Progress = silent
) -> Model:
    """Tune the home's base on a release within `budget` (e.g. 30min) and promote the model if every gate passes.

    An interrupted tuning of the same release and settings goes on where it stopped. Others may write to the home
    meanwhile. Raises `CheckFailed` for a release that was altered or whose words may no longer be trained on,
    `UsageError` for one without the user's words, `HomeBusy` when another tuning is under way, and as `tune`.
    """
    models = shelf(home)
    with models.tuning():
        for finished in models.models():
            clear(finished.folder)
            _seal(home, finished)
        release = _sound(home, release)
        base = home_base(home, progress=progress)
        name = _name(home, models, release, seed)
        tune(
            list(release.documents()), base, models.new(name), home.settings.tune,
            budget_seconds=seconds(budget or home.settings.tune.budget), release_root=release.root, seed=seed,
            progress=progress, now=home.now,
        )  # fmt: skip
        made = models.get(name)
        _seal(home, made)
        return models.promote(name) if all_pass(made.gates) else made


def _seal(home: Home, model: Model) -> None:
    """Sign a finished model; a kill between bill and signature is made good by the next tuning."""
    if not (model.folder / SIGNATURE).is_file() and is_whole(model.bill):
        seal_model(model.folder, signing_key(home))


def summary(home: Home, made: Model) -> dict[str, Any]:
    """Return the JSON of a tuning: held-out loss before and after, every gate, and whether the model serves."""
    author = made.evaluation["sets"]["author"]
    serving = shelf(home).current()
    return {
        "model": made.id,
        "heldout_loss": {"before": author["before"], "after": author["after"]},
        "gates": made.evaluation["gates"],
        **{key: made.evaluation[key] for key in ("unit", "sets", "voice_gain", "forgetting", "memory", "notes")},
        **{key: made.bill[key] for key in ("tokens_seen", "tokens_per_second")},
        "promoted": serving is not None and serving.id == made.id,
        "path": made.folder,
    }


def lines(result: dict[str, Any]) -> Iterator[str]:
    """Yield a tuning in words."""
    loss = result["heldout_loss"]
    speed = f"{result['tokens_seen']:,} tokens at {result['tokens_per_second']:g} a second"
    yield f"model {result['model']}: {speed}"
    yield f"held-out loss {loss['before']:.3f} → {loss['after']:.3f} nats a token"
    for name, losses in result["sets"].items():
        if losses:
            yield f"  {name}: {losses['before']:.3f} → {losses['after']:.3f} ({losses['windows']} windows)"
    for gate in result["gates"]:
        band = f" [{gate['low']:.3f}, {gate['high']:.3f}]" if gate.get("low") is not None else ""
        note = f" ({gate['note']})" if gate.get("note") else ""
        verdict = "passed" if gate["passed"] else "FAILED"
        yield f"  {verdict}  {gate['name']}: {gate['value']:.3f}{band}, limit {gate['floor']:g}{note}"
    yield from (f"  note: {note}" for note in result["notes"])
    yield "promoted: it serves from now on" if result["promoted"] else "kept, not promoted: the last good model serves"


def new_words(home: Home, release: Release) -> int:
    """Return how many of the release's own words the newest model was not tuned on: all, if there is no model.

    The model's bill says what it had, so its release may be gone. What masks left in place of words does not count.
    """
    newest = max(shelf(home).models(), key=lambda model: model.bill["made"], default=None)
    known = {id for ids in newest.bill["documents"].values() for id in ids} if newest else set()
    own = (d.text for d in release.documents() if d.role == "target" and d.id not in known)
    return sum(len(words(PLACEHOLDER.sub("", text))) for text in own)


def _sound(home: Home, release: Release) -> Release:
    """Return a release as its verified files have it. A release of the home must be signed with the home's key."""
    key = home.path / "keys" / "signing.pub"
    own = release.path.resolve().parent == (home.path / "releases").resolve() and key.is_file()
    found = verify(release.path, [key.read_text(encoding="utf-8")] if own else None)
    if not found.ok:
        more = f" (and {len(found.failures) - _NAMED} more)" if len(found.failures) > _NAMED else ""
        raise CheckFailed(
            f"the release was altered: {'; '.join(found.failures[:_NAMED])}{more}",
            where=str(release.path), next="restore it from a backup, or make another: scapa release",
        )  # fmt: skip
    release = read_release(release.path)
    check_permissions(home, release)
    if not release.body["targets"]:
        raise UsageError(
            "the release holds nothing of yours to tune on", where=release.id,
            next="say who you are: scapa me ADDRESS; then curate and release again",
        )  # fmt: skip
    return release


def _name(home: Home, models: Shelf, release: Release, seed: int) -> str:
    """Return the name of the tuning in progress on this release, or a new one."""
    now = datetime.fromtimestamp(home.now() / 1e6, UTC)
    stem = f"{release.root[:8]}-s{seed}"
    taken = {model.id for model in models.models()}
    same = re.compile(rf"\d{{8}}-{re.escape(stem)}(\.\d+)?")
    halfway = [p.name for p in models.folder.iterdir() if same.fullmatch(p.name) and p.is_dir() and p.name not in taken]
    if halfway:
        return max(halfway)
    name, n = f"{now:%Y%m%d}-{stem}", 1
    while name in taken:
        n += 1
        name = f"{now:%Y%m%d}-{stem}.{n}"
    return name
