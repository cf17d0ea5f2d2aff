"""Tuning in a home: the newest release in, a model on the shelf out, promoted only through its gates."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from typing import Any

from scapa.corpus.release import Release, open_release
from scapa.errors import ScapaError
from scapa.model.base import Base, prepare_base
from scapa.model.budget import seconds
from scapa.model.gates import all_pass
from scapa.model.shelf import Model, Shelf
from scapa.model.tune import tune
from scapa.records import Progress, ReleasedDocument, silent
from scapa.store.home import Home
from scapa.text.words import words


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

    An interrupted tuning of the same release and settings goes on where it stopped.
    """
    with home.writing("tune"):
        models = shelf(home)
        base = home_base(home, progress=progress)
        name = _name(home, models, release, seed)
        tune(
            list(release.documents()), base, models.new(name), home.settings.tune,
            budget_seconds=seconds(budget or home.settings.tune.budget), release_root=release.root, seed=seed,
            progress=progress, now=home.now,
        )  # fmt: skip
        made = models.get(name)
        return models.promote(name) if all_pass(made.gates) else made


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
    yield "promoted: it serves from now on" if result["promoted"] else "kept, not promoted: the last good model serves"


def new_words(home: Home, release: Release) -> int | None:
    """Return how many of the release's own words no model was tuned on yet; None if there is no model."""
    made = shelf(home).models()
    if not made:
        return None
    try:
        before = open_release(home, made[-1].bill["release"]["root"])
    except ScapaError:
        return None
    return _own_words(release.documents(), {d.id for d in before.documents()})


def _own_words(documents: Iterable[ReleasedDocument], known: set[str]) -> int:
    return sum(len(words(d.text)) for d in documents if d.role == "target" and d.id not in known)


def _name(home: Home, models: Shelf, release: Release, seed: int) -> str:
    """Return the name of the tuning in progress on this release, or a new one."""
    now = datetime.fromtimestamp(home.now() / 1e6, UTC)
    stem = f"{release.root[:8]}-s{seed}"
    taken = {model.id for model in models.models()}
    halfway = [p.name for p in models.folder.glob(f"*-{stem}*") if p.is_dir() and p.name not in taken]
    if halfway:
        return max(halfway)
    name, n = f"{now:%Y%m%d}-{stem}", 1
    while name in taken:
        n += 1
        name = f"{now:%Y%m%d}-{stem}.{n}"
    return name
