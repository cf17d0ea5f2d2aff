"""How PyTorch computes during a task, and as before afterwards: other experiments run in the same process."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def arithmetic(threads: int) -> Iterator[None]:
    """Run with so many threads (the order of a sum is part of its last digits) and without denormals, 10 × as slow."""
    import torch

    before = torch.get_num_threads()
    torch.set_num_threads(threads)
    torch.set_flush_denormal(True)
    try:
        yield
    finally:
        torch.set_num_threads(before)
        torch.set_flush_denormal(False)
