"""What this processor does quickly: how many threads, and whether bfloat16 is worth it. Flags claim; a stopwatch says.

A processor with AMX multiplies bfloat16 matrices 10 × as fast as float32; one with avx512_bf16 alone was measured at
0.7 ×. So the flags only say what to try, and the measurement decides.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from scapa.cores import usable
from scapa.model.parts import torch

WORTH = 1.3
"""bfloat16 loses digits: it must be this many times as fast as float32 to be chosen."""
_BF16 = {"amx_bf16", "avx512_bf16", "bf16"}


@dataclass(frozen=True, slots=True)
class Processor:
    """The chosen `precision` (float32 or bfloat16), `threads`, and the matrix rates in GFLOPS behind the choice."""

    precision: str
    threads: int
    float32: float
    bfloat16: float | None

    @property
    def dtype(self) -> torch.dtype:
        return torch.bfloat16 if self.precision == "bfloat16" else torch.float32


def choose(threads: int = 0, *, timer: Callable[[], float] = time.perf_counter) -> Processor:
    """Set PyTorch's threads (0: one a processor this process may use), flush denormals, and measure; takes < 1 s.

    Denormals matter: the tails of a softmax are full of them, and arithmetic on them is 10 × slower.
    """
    threads = threads or usable()
    torch.set_num_threads(threads)
    torch.set_flush_denormal(True)
    if not flags() & _BF16:
        return Processor("float32", threads, _rate(torch.float32, timer), None)
    pairs = [(_rate(torch.float32, timer), _rate(torch.bfloat16, timer)) for _ in range(3)]
    plain, half = max(p for p, _ in pairs), max(h for _, h in pairs)
    return Processor("bfloat16" if half > WORTH * plain else "float32", threads, plain, half)


def flags(cpuinfo: Path = Path("/proc/cpuinfo")) -> set[str]:
    """Return the processor's features by their Linux names; elsewhere what PyTorch can tell."""
    if cpuinfo.is_file():
        lines = cpuinfo.read_text(encoding="utf-8", errors="replace").splitlines()
        return {word for line in lines if line.lower().startswith(("flags", "features")) for word in line.split()[2:]}
    return {"avx512_bf16"} if torch.cpu._is_avx512_bf16_supported() else set()  # noqa: SLF001 - no public form


def _rate(dtype: torch.dtype, timer: Callable[[], float]) -> float:
    """Return GFLOPS of a product of the shapes that tuning runs most."""
    rows, inner, columns, repeats = 512, 576, 1_536, 4
    left, right = torch.ones(rows, inner, dtype=dtype), torch.ones(columns, inner, dtype=dtype)
    torch.nn.functional.linear(left, right)
    start = timer()
    for _ in range(repeats):
        torch.nn.functional.linear(left, right)
    return 2e-9 * repeats * rows * inner * columns / max(timer() - start, 1e-9)
