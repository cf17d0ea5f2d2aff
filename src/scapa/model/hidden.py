"""What the frozen layers say about each window, computed when first asked for and kept on disk."""

from __future__ import annotations

from pathlib import Path
from shutil import disk_usage

import numpy as np

from scapa.model.network import Stack
from scapa.model.parts import torch
from scapa.model.windows import Windows

LIMIT = 6_000_000_000
"""Bytes; sets whose cache would be larger, or fill half of the free disk, are computed anew each time."""


class Hidden:
    """The cache of one set of windows: `rows(chosen)` gives [len(chosen), width, d] in the network's precision.

    It holds a private projection of private text, so the file is unlinked as soon as it is open: it goes with the
    process, however that ends.
    """

    def __init__(self, stack: Stack, windows: Windows, folder: Path, *, limit: int = LIMIT) -> None:
        self._stack, self.windows = stack, windows
        self._have = np.zeros(len(windows), dtype=bool)
        self._kept: torch.Tensor | None = None
        shape = (*windows.ids.shape, stack.width)
        room = min(limit, disk_usage(folder).free // 2)  # a mapped file on a full disk would kill the process
        if len(windows) and 4 * int(np.prod(shape)) <= room:
            self._kept = _unlinked(folder / f"hidden-{id(self):x}.tmp", shape, stack.dtype)

    def rows(self, rows: np.ndarray) -> torch.Tensor:
        if self._kept is None:
            return self._stack.lower(torch.from_numpy(self.windows.ids[rows]))
        new = rows[~self._have[rows]]
        if len(new):
            self._kept[torch.from_numpy(new)] = self._stack.lower(torch.from_numpy(self.windows.ids[new]))
            self._have[new] = True
        return self._kept[torch.from_numpy(rows)]


def _unlinked(file: Path, shape: tuple[int, ...], dtype: torch.dtype) -> torch.Tensor:
    count = int(np.prod(shape))
    file.touch(mode=0o600)
    tensor = torch.from_file(str(file), shared=True, size=count, dtype=dtype).view(shape)
    file.unlink()
    return tensor
