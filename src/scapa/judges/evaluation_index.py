"""The index of evaluation sets: a folder of files, read once into sorted hashes below the home, and named by digest.

    index = find(home, folder, n)       Found(digest, names, file); reads the folder only where a file changed
    index.load()                        scapa.text.known_runs.Index

Each file or subfolder of the folder is a set, called by its name. Text is text; of JSON, JSONL and Parquet every string
is a text of its own. No text of a set is kept, only hashes of its runs of `n` words.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Any

from scapa.errors import InputError, SettingsError
from scapa.files import private_folder, write_text
from scapa.seal.canonical import digest_of, file_digest

if TYPE_CHECKING:
    from scapa.text.known_runs import Index

VERSION = 1
"""Of the way runs are made; a new one reads the folder again."""
READS = (".txt", ".md", ".csv", ".tsv", ".json", ".jsonl", ".parquet")
_MOST_SETS = 65_535
_MANIFEST = "sets.json"
_TEXTS_AT_ONCE = 10_000


@dataclass(frozen=True, slots=True)
class Found:
    """An index on disk: `digest` says what is in it; `short` texts had too few words to have a run."""

    digest: str
    names: tuple[str, ...]
    n: int
    runs: int
    short: int
    file: Path

    def load(self) -> Index:
        """Return the index, its arrays mapped from the file. Raises `InputError` if it is damaged."""
        import numpy as np

        from scapa.text.known_runs import filtered

        try:
            hashes, sets = (np.load(self.file.with_suffix(f".{part}.npy"), mmap_mode="r") for part in ("runs", "sets"))
        except (OSError, ValueError) as error:
            raise InputError("the index is damaged", where=str(self.file), next="delete the folder it is in") from error
        return filtered(self.n, hashes, sets)


def find(home: Path, folder: Path, n: int) -> Found:
    """Return the index of the sets in `folder` for runs of `n` words, made anew only if a file there changed.

    Raises `SettingsError` if there is no such folder, `InputError` naming a file that cannot be read: an evaluation set
    that is skipped in silence would be found by nobody.
    """
    if not folder.is_dir():
        raise SettingsError("no such folder", where=f"curate.evaluations: {folder}", next="give a folder of sets")
    cache, stamps = home / "evaluations", [VERSION, n, _stamps(folder)]
    try:
        kept = json.loads((cache / _MANIFEST).read_text("utf-8"))
    except (OSError, ValueError):
        kept = {}
    if kept.get("stamps") == stamps and all(
        (cache / f"{kept['digest']}.{part}.npy").exists() for part in ("runs", "sets")
    ):
        return _found(cache, kept)
    return _found(cache, _make(private_folder(cache), folder, n, stamps))


def _found(cache: Path, kept: dict[str, Any]) -> Found:
    names, n, runs, short = (kept[key] for key in ("names", "n", "runs", "short"))
    return Found(kept["digest"], tuple(names), n, runs, short, cache / kept["digest"])


def _stamps(folder: Path) -> list[list[Any]]:
    """Return path, size and time of change of every file, so that what did not change is not read again."""
    found = []
    for path in _files(folder):
        state = path.stat()
        found.append([path.relative_to(folder).as_posix(), state.st_size, state.st_mtime_ns])
    return found


def _files(folder: Path) -> list[Path]:
    """Return the sets' files in order. Raises `InputError` for one of a kind that is not read."""
    files = [path for path in sorted(folder.rglob("*")) if path.is_file()]
    files = [path for path in files if not any(part.startswith(".") for part in path.relative_to(folder).parts)]
    for path in files:
        if path.suffix.lower() not in READS:
            raise InputError(f"an evaluation set is one of {', '.join(READS)}", where=str(path), next="move it away")
    return files


def _make(cache: Path, folder: Path, n: int, stamps: list[Any]) -> dict[str, Any]:
    import numpy as np

    from scapa.files import replacing
    from scapa.text.kernels import tokenise
    from scapa.text.known_runs import index_of, runs

    members: dict[str, list[Path]] = {}
    for path in _files(folder):
        members.setdefault(_name(path.relative_to(folder)), []).append(path)
    if len(members) > _MOST_SETS:
        raise InputError(f"more than {_MOST_SETS:,} sets", where=str(folder))
    known, short = [], 0
    for files in members.values():
        each = [np.zeros(0, np.uint64)]
        for some in _some(text for path in files for text in texts(path)):
            found = tokenise(some)
            each.append(runs(found.hashes, found.first, n))
            short += int(np.count_nonzero(np.diff(found.first) < n))
        known.append(np.concatenate(each))
    index = index_of(known, n)
    digest = digest_of([VERSION, n, [[name, [file_digest(path) for path in files]] for name, files in members.items()]])
    for part, array in (("runs", index.hashes), ("sets", index.sets)):
        with replacing(cache / f"{digest}.{part}.npy") as aside, aside.open("wb") as file:
            np.save(file, array)
    made = {"stamps": stamps, "digest": digest, "names": list(members), "n": n, "runs": len(index.hashes)}
    write_text(cache / _MANIFEST, json.dumps(made | {"short": short}))
    for old in cache.glob("*.npy"):  # who has mapped one goes on reading it
        if not old.name.startswith(digest):
            old.unlink(missing_ok=True)
    return made | {"short": short}


def _some(every: Iterator[str]) -> Iterator[list[str]]:
    """Yield the texts some thousand at a time."""
    while some := list(islice(every, _TEXTS_AT_ONCE)):
        yield some


def _name(path: Path) -> str:
    return path.parts[0] if len(path.parts) > 1 else path.stem


def texts(path: Path) -> Iterator[str]:
    """Yield the texts of one file of a set. Raises `InputError` if it cannot be read as what its name says."""
    kind = path.suffix.lower()
    try:
        if kind == ".parquet":
            yield from _parquet(path)
        elif kind == ".json":
            yield from _strings(json.loads(path.read_text("utf-8-sig")))
        elif kind == ".jsonl":
            with path.open(encoding="utf-8-sig") as file:
                for line in file:
                    yield from _strings(json.loads(line)) if line.strip() else ()
        else:
            yield path.read_text("utf-8-sig")
    except (OSError, ValueError) as error:
        raise InputError(f"cannot be read ({type(error).__name__})", where=str(path), next="mend or move it") from None


def _strings(value: object) -> Iterator[str]:
    """Yield every string in a JSON value, without recursion: nesting is the file's own choice."""
    waiting = [value]
    while waiting:
        value = waiting.pop()
        if isinstance(value, str):
            yield value
        elif isinstance(value, dict):
            waiting.extend(value.values())
        elif isinstance(value, list):
            waiting.extend(value)


def _parquet(path: Path) -> Iterator[str]:
    import pyarrow.parquet as pq

    for batch in pq.ParquetFile(path).iter_batches(1_024):
        yield from _strings(batch.to_pylist())
