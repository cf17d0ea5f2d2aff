"""The demo: the whole main job on real text, in a home of its own, each step checked by what it must show."""

from __future__ import annotations

import random
import shutil
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq

from scapa.corpus.decide import Curated, curate
from scapa.corpus.ingest import Custody, add
from scapa.corpus.me import confirm
from scapa.corpus.release import Release, release
from scapa.demo import guard
from scapa.demo.corpus import ADDRESS, AUTHOR, CUSTODIAN, EXISTED_BY, LICENCE, mbox, write_inputs
from scapa.errors import CheckFailed
from scapa.files import private_folder, remove, write_text
from scapa.lab import LabRun
from scapa.lab.speeches import Speech, speeches
from scapa.ledger import Ledger
from scapa.maintain.run import lines as maintenance_lines
from scapa.maintain.run import maintain
from scapa.model.tuning import home_base, summary, tune_release
from scapa.model.tuning import lines as tuning_lines
from scapa.model.writing import open_desk
from scapa.records import Progress, silent
from scapa.seal.manifest import verify
from scapa.settings import Maintain, Settings, render
from scapa.store.home import Home

UNSEEN = "1992-Bush-1"
"""A speech that the demo's corpus lacks: human text that is new to it when it comes in as mail."""
RECITED = "1996-Clinton-1"
SEED = 1
Say = Callable[[str], None]


@dataclass
class Demo:
    """The state that one step leaves to the next, and every step's figures."""

    home: Home
    folder: Path
    progress: Progress
    say: Say
    every: Sequence[Speech]
    steps: list[dict[str, Any]] = field(default_factory=list)
    failures: list[str] = field(default_factory=list)
    release: Release | None = None
    outputs: list[str] = field(default_factory=list)
    caught: guard.Caught | None = None

    def check(self, passed: bool, what: str) -> None:
        """Note what a step must show; a failed check fails the demo, and is said."""
        if not passed:
            self.failures.append(what)
        self.say(f"   {'✓' if passed else '✗ FAILED:'} {what}")


def run_demo(path: Path, *, budget: str, progress: Progress = silent, say: Say = print) -> dict[str, Any]:
    """Run every step below `path`: `sources`, `home` (made anew, but for the converted base model), `report.html`.
    Return the figures: `steps`, `seconds`, `failures`, `report`.
    """
    demo = Demo(fresh_home(path), path / "sources", progress, say, speeches())
    started = time.monotonic()
    base_seconds = _prepare(demo)
    steps: list[tuple[str, Callable[[Demo], dict[str, Any]]]] = [
        ("collect", _collect), ("curate", _curate), ("release", _release), ("tune", lambda d: _tune(d, budget)),
        ("write", _write), ("guard", _guard), ("stakes", _stakes), ("maintain", _maintain), ("report", _report),
    ]  # fmt: skip
    for n, (name, step) in enumerate(steps, 1):
        say(f"{n}. {name}")
        begun = time.monotonic()
        figures = step(demo)
        spent = time.monotonic() - begun
        demo.steps.append({"step": name, "seconds": round(spent, 1), **figures})
        say(f"   ({spent:.1f} s)")
    total = time.monotonic() - started
    return {
        "steps": demo.steps, "seconds": round(total - base_seconds, 1), "base_seconds": round(base_seconds, 1),
        "failures": demo.failures, "report": demo.steps[-1]["path"],
    }  # fmt: skip


def fresh_home(path: Path) -> Home:
    """Return an empty home below `path`, what an earlier demo left removed, but for the base model."""
    marker, home = path / "made-by-scapa-demo", path / "home"
    if path.exists() and any(path.iterdir()) and not marker.exists():
        raise CheckFailed("this folder is not empty and no earlier demo made it", where=str(path), next="name another")
    kept = (marker, home, home / "models", home / "models" / "base")
    for folder in (path, home, home / "models"):
        for item in folder.glob("*"):
            if item not in kept:
                remove(item)
    private_folder(path)
    write_text(marker, "`scapa demo` empties this folder when it is run again\n")
    Home.open(home)
    # The demo is asked for, so it works on battery and beside other work.
    write_text(home / "scapa.toml", render(Settings(maintain=Maintain(on_battery=True, max_load=1_000.0))))
    return Home.open(home)


def _prepare(demo: Demo) -> float:
    begun = time.monotonic()
    demo.say("0. base model (fetched and converted once, then cached)")
    base = home_base(demo.home, progress=demo.progress)
    spent = time.monotonic() - begun
    demo.say(f"   {base.name} in {base.folder}\n   ({spent:.1f} s, not counted below)")
    return spent


def _collect(demo: Demo) -> dict[str, Any]:
    inputs = write_inputs(demo.folder, [s for s in demo.every if s.name != UNSEEN])
    day = int(datetime.fromisoformat(EXISTED_BY).timestamp()) * 1_000_000
    columns = {"text": "speech", "author": "president", "date": "day"}
    first = add(
        demo.home, [inputs.speeches], columns=columns, licence=LICENCE, custody=Custody(CUSTODIAN, day),
        progress=demo.progress,
    )  # fmt: skip
    second = add(demo.home, [inputs.notes, inputs.mail, inputs.chat], progress=demo.progress)
    again = add(demo.home, [inputs.mail])
    confirm(demo.home, [AUTHOR, ADDRESS, "user101"])
    demo.home = Home.open(demo.home.path)
    for added in (first, second):
        demo.say(f"   {added.law}")
    formats = sorted({d.reader for added in (first, second) for d in added.formats})
    demo.say(f"   formats: {', '.join(formats)}")
    demo.check(first.law.holds and second.law.holds and not first.errored, "every record is counted, none lost")
    demo.check(formats == ["markdown", "mbox", "table", "telegram"], "four kinds of source were read")
    demo.check(again.read == 0 and again.unchanged == 1, "adding the mailbox again reads nothing twice")
    return {"added": [first.summary(), second.summary()], "formats": formats}


def _curate(demo: Demo) -> dict[str, Any]:
    strict = curate(demo.home, policy="strict-low-background", progress=demo.progress)
    personal = curate(demo.home, progress=demo.progress)
    for curated in (strict, personal):
        _say_decisions(demo, curated)
    a, b = personal.decisions.counts, strict.decisions.counts
    demo.check(personal.decisions.law.holds and strict.decisions.law.holds, "documents = kept + … + errored, for both")
    demo.check(a["eras"].get("before", 0) > 200 and a["eras"].get("after", 0) > 0, "both sides of the cut-off are told")
    demo.check(b["kept"] == 0 and b["reasons"]["proved_only_after_cutoff"] > 200, "a claimed date is not a proof")
    wanted = {"automated_message", "exact_duplicate", "date_contradicted", "no_date", "private_data"}
    demo.check(wanted <= set(a["reasons"]), f"found in the mailbox: {', '.join(sorted(wanted))}")
    return {"personal": personal.summary(), "strict": strict.summary()}


def _say_decisions(demo: Demo, curated: Curated) -> None:
    counts = curated.decisions.counts
    demo.say(f"   {curated.decisions.policy}: {curated.decisions.law} ({counts['masked']} masked)")
    demo.say("      " + ", ".join(f"{reason} {n}" for reason, n in counts["reasons"].items()))


def _release(demo: Demo) -> dict[str, Any]:
    made = demo.release = release(demo.home, progress=demo.progress)
    demo.say(f"   {made.id}: {made.body['documents']} documents, {made.body['tokens']:,} words, root {made.root[:16]}…")
    whole = verify(made.path)
    demo.check(whole.ok, "it verifies offline")
    changed, name = _with_one_byte_changed(demo, made)
    found = verify(changed)
    named = any(name in failure for failure in found.failures)
    demo.check(not found.ok and named, f"one byte changed: refused, naming document {name[:12]}…")
    remove(changed)
    return {**made.summary(), "verified": whole.ok, "tampered": found.failures}


def _with_one_byte_changed(demo: Demo, made: Release) -> tuple[Path, str]:
    copy = demo.folder / "tampered"
    shutil.copytree(made.path, copy)
    shard = min(copy.glob("documents-*.parquet"))
    row = pq.read_table(shard, columns=["id", "text"]).slice(3, 1).to_pylist()[0]
    data = bytearray(shard.read_bytes())
    at = data.find(row["text"][:200].encode()) + 100
    data[at] = ord("x") if data[at] != ord("x") else ord("y")
    shard.write_bytes(data)
    return copy, row["id"]


def _tune(demo: Demo, budget: str) -> dict[str, Any]:
    if demo.release is None:
        raise CheckFailed("there is no release to tune on")
    model = tune_release(demo.home, demo.release, budget=budget, seed=SEED, progress=demo.progress)
    result = summary(demo.home, model)
    for line in tuning_lines(result):
        demo.say(f"   {line}")
    loss = result["heldout_loss"]
    demo.check(loss["after"] < loss["before"], "the newest speech, held out, became likelier")
    demo.check(result["promoted"], "every gate passed, so the model serves")
    return result


def _write(demo: Demo) -> dict[str, Any]:
    desk = open_desk(demo.home, progress=demo.progress)
    before = desk.ledger.stats()["generations"]
    prompts = ["Our economy", "Our schools", "To balance the budget, we", "Tonight I ask Congress to"]
    for n, prompt in enumerate(prompts):
        demo.outputs += [o.text for o in desk.write(prompt, n=3, tokens=130, temperature=0.9, seed=SEED + n)]
        demo.progress("write", n + 1, len(prompts), "prompts")
    demo.say(f"   “{prompts[0]} {demo.outputs[0][:240].strip()} …”")
    stats = desk.ledger.stats()
    demo.check(stats["generations"] - before == len(demo.outputs), "every output is in the ledger, as fingerprints")
    return {"outputs": len(demo.outputs), "words": sum(len(o.split()) for o in demo.outputs), "ledger": stats}


def _guard(demo: Demo) -> dict[str, Any]:
    rng = random.Random(SEED)  # noqa: S311  (edits, not secrets)
    old = next(s for s in demo.every if s.name == RECITED).paragraphs(60)[:3]
    ledger = Ledger.open(demo.home.folder("generations"), now=demo.home.now)
    for text in old:
        ledger.record(text, model="recital")  # as if the model had recited what the author wrote long ago
    fresh = next(s for s in demo.every if s.name == UNSEEN).paragraphs()[:24]
    returned = guard.come_back(demo.outputs, fresh, old, rng)
    path = demo.folder / "Sent.mbox"
    path.write_bytes(mbox([item.mail for item in returned]))
    added = add(demo.home, [path])
    curated = curate(demo.home, progress=demo.progress)
    made = demo.release = release(demo.home)
    subjects, outcomes = _by_subject(demo, curated)
    through = {subjects[d.id]: d.text for d in made.documents() if d.id in subjects}
    result = demo.caught = guard.caught(returned, through, outcomes)
    demo.say(f"   {added.law}; {curated.decisions.law}")
    for kind, tally in result.outcomes.items():
        demo.say(f"   {kind:<8} " + ", ".join(f"{n} {outcome}" for outcome, n in tally.items()))
    demo.say(f"   machine words kept out {result.hit:.1%}, human words lost {result.false_alarm:.2%}")
    demo.check(result.hit > 0.75, "more than three quarters of the machine words, edited by 10 %, were kept out")
    demo.check(result.false_alarm < 0.05, "under 5 % of the human words were touched")
    demo.check(set(result.outcomes["recited"]) == {"kept"}, "the author's own old words stay, though the model recites")
    return {**guard.as_json(result), "reasons": curated.decisions.counts["reasons"]}


def _by_subject(demo: Demo, curated: Curated) -> tuple[dict[str, str], dict[str, str]]:
    """Return the subject by document id, and the outcome by subject, of the mail that came back."""
    from scapa.store.segments import read_table

    segment = demo.home.catalog.segments("documents")[-1]
    rows = read_table(demo.home.path / segment.name, ["id", "title"]).to_pylist()
    subjects = {row["id"]: row["title"] for row in rows}
    outcomes = {}
    for row in curated.decisions.table().select(["id", "outcome", "masks", "generations"]).to_pylist():
        if row["id"] in subjects:
            masked = any(mask["kind"] == "generated" for mask in row["masks"])
            outcomes[subjects[row["id"]]] = "masked" if masked else row["outcome"]
    return subjects, outcomes


def _stakes(demo: Demo) -> dict[str, Any]:
    from scapa.lab import perform
    from scapa.lab.personal import sentences_of, words_of

    if demo.release is None or demo.caught is None:
        raise CheckFailed("the earlier steps left nothing to resample")
    texts = demo.release.own_texts()
    hit, false_alarm = round(demo.caught.hit, 4), round(demo.caught.false_alarm, 4)
    demo.say(f"   an archive of which 60 % a year is machine text; the guard as measured: {hit:.1%}, {false_alarm:.2%}")
    figures: dict[str, Any] = {}
    for make in (words_of, sentences_of):
        config = make(texts, share=0.6, hit=hit, false_alarm=false_alarm, seed=SEED)
        run = perform(config, demo.home.folder("lab"), demo.progress)
        failed = [check.name for check in run.checks if not check.passed]
        beside = f"{len(run.checks) - len(failed)} of {len(run.checks)} figures agree with exact theory"
        demo.check(not failed, f"{run.name}: {beside}")
        for arm in _last(run):
            demo.say(f"      {arm}")
        figures[run.name] = run.summary()
    return figures


def _last(run: LabRun) -> list[str]:
    """Return how far each line of a run ended from where it began."""
    name = {"discrete": "tv", "gaussian": "w2"}[run.name]
    rows = [row for row in run.rows if row.measure == name and row.generation == run.generations]
    return [f"{row.regime:<28} {row.arm:<8} {name} {row.median:.4f}" for row in rows]


def _maintain(demo: Demo) -> dict[str, Any]:
    note = demo.folder / "notes" / "new.md"
    note.write_text(
        "---\ndate: 2026-06-30\nauthor: clinton\n---\nA note that was not there before.\n", encoding="utf-8"
    )
    first = maintain(demo.home, progress=demo.progress)
    second = maintain(demo.home, progress=demo.progress)
    for run in (first, second):
        for line in maintenance_lines(run):
            demo.say(f"   {line}")
        demo.say("   —")
    demo.check(
        [a.action for a in first.actions][:3] == ["add", "curate", "release"], "the new note went through the chain"
    )
    demo.check(not second.actions and not second.failed, "the second run found nothing to do")
    return {"first": _plain(first), "second": _plain(second)}


def _plain(run: Any) -> dict[str, Any]:
    return {"actions": [a.action for a in run.actions], "skipped": [[s.action, s.why] for s in run.skipped]}


def _report(demo: Demo) -> dict[str, Any]:
    from scapa.report.collect import collect
    from scapa.report.page import write_report

    path = write_report(collect(demo.home), demo.folder.parent / "report.html")
    page = path.read_text(encoding="utf-8")
    demo.say(f"   {path} ({len(page) / 1024:.0f} kB)")
    demo.check("http://" not in page.replace("http://www.w3.org/", "") and "https://" not in page, "it fetches nothing")
    return {"path": str(path)}
