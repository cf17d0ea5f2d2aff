"""What many small adds leave behind: `python -m bench.tiers [--adds 1500] [--each 20] [--curate-every 50] [--json]`.

The same mail is added in so many adds, and curated now and then, and at once, and curated. Then, in both homes: a
curate with nothing new, one more add of as many mails, a curate of it, and the story of one document. CPU-seconds of
this process and those that it starts; `peer` is the home of one add; more than 1 is faster than that. The last rows
count files.
"""

from __future__ import annotations

import resource
import shutil
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

from bench.add import mailbox, words
from bench.measured import Measured, parser, show
from scapa.corpus.decide import curate, latest
from scapa.corpus.ingest import add
from scapa.corpus.why import why
from scapa.store.home import DATA, Home


def seconds(action: Callable[[], object]) -> float:
    """Return the CPU-seconds of `action`, in this process and those it starts."""
    before = spent()
    action()
    return spent() - before


def spent() -> float:
    """Return the CPU-seconds of this process and those that it waited for."""
    both = (resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    return sum(used.ru_utime + used.ru_stime for used in both)


def nightly(home: Path, folder: Path, adds: int, each: int, curate_every: int) -> None:
    """Fill a home in many adds, each of a home opened anew."""
    vocabulary = words()
    for n in range(adds):
        add(Home.open(home), [mailbox(folder / f"{n}.mbox", n * each, each, vocabulary)])
        (folder / f"{n}.mbox").unlink()
        if n % curate_every == curate_every - 1:
            curate(Home.open(home))
    curate(Home.open(home))


def later(home: Path, folder: Path, first: int, each: int) -> dict[str, float]:
    """Return the CPU-seconds of what comes after, in a copy of the home."""
    with tempfile.TemporaryDirectory(dir=folder) as name:
        copy = Path(name) / "home"
        shutil.copytree(home, copy)
        box = mailbox(Path(name) / "more.mbox", first, each, words())
        curate(Home.open(copy))
        document = latest(Home.open(copy)).table()["id"][0].as_py()
        return {
            "nothing new": seconds(lambda: curate(Home.open(copy))),
            "one more add": seconds(lambda: add(Home.open(copy), [box])),
            "a curate of it": seconds(lambda: curate(Home.open(copy))),
            "why": seconds(lambda: why(Home.open(copy), document)),
        }


def rows(adds: int, each: int, curate_every: int, repeats: int, folder: Path) -> Iterator[Measured]:
    """Yield the rows of both homes, measured in turn."""
    many, one, total = folder / "many", folder / "one", adds * each
    nightly(many, folder, adds, each, curate_every)
    add(Home.open(one), [mailbox(folder / "all.mbox", 0, total, words())])
    curate(Home.open(one))
    taken = [(later(many, folder, total, each), later(one, folder, total, each)) for _ in range(repeats)]
    for step in taken[0][0]:
        ours, peer = ([pair[side][step] for pair in taken] for side in (0, 1))
        yield Measured.of(f"{step}, after {adds:,} adds of {each} v one of {total:,}", ours, peer, "CPU-s")
    for kind in ("documents", "occurrences", "raw"):
        ours, peer = ([float(len(Home.open(home).catalog.segments(kind)))] for home in (many, one))
        yield Measured.of(f"segments of {kind}", ours, peer, "files")
    ours, peer = ([sum(p.stat().st_size for d in DATA for p in (home / d).iterdir()) / 1e6] for home in (many, one))
    yield Measured.of("all files", ours, peer, "MB")


def main() -> None:
    options = parser(__doc__, repeats=3)
    options.add_argument("--adds", type=int, default=1_500)
    options.add_argument("--each", type=int, default=20)
    options.add_argument("--curate-every", type=int, default=50)
    chosen = options.parse_args()
    with tempfile.TemporaryDirectory() as name:
        found = list(rows(chosen.adds, chosen.each, chosen.curate_every, chosen.repeats, Path(name)))
    show(found, as_json=chosen.json)


if __name__ == "__main__":
    main()
