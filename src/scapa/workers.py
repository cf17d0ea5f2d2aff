"""Processes of their own for dear tasks, one thread each. They never outlive the run that they work for."""

from __future__ import annotations

import os
import signal
from collections.abc import Callable, Iterable, Iterator, Set
from concurrent.futures import FIRST_COMPLETED, ProcessPoolExecutor, wait
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager, suppress
from multiprocessing import active_children, get_context
from multiprocessing.connection import Connection
from multiprocessing.process import BaseProcess
from threading import Thread
from typing import Any, TypeVar

from scapa.errors import WorkerEnded

T = TypeVar("T")
_POLL = 0.5
_THREADS = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS")


def apart(
    work: Callable[..., T],
    jobs: Iterable[tuple[Any, ...]],
    processes: int,
    take: Callable[[T], None],
    tell: Callable[[], None],
    *,
    alone: str = "with --jobs 1",
) -> None:
    """Call `work(*job)` for every job in so many processes; `take` is given each result, `tell` is called meanwhile.

    Whatever ends this call ends the processes at once, in the middle of their tasks. Raises what `work` raises, and
    `WorkerEnded` if the system ended one of them; `alone` says how to run without any.
    """
    others = set(active_children())
    with _one_thread_each(), _pool(processes) as pool:
        try:
            running = {pool.submit(work, *job) for job in jobs}
            while running:
                done, running = wait(running, timeout=_POLL, return_when=FIRST_COMPLETED)
                for future in done:
                    take(future.result())
                tell()
        except BaseException as error:
            _end(others, pool)
            if isinstance(error, BrokenProcessPool):
                raise WorkerEnded(
                    "a worker process was ended, perhaps for lack of memory",
                    next=f"run it again (what is done is kept), or {alone}",
                ) from error
            raise


@contextmanager
def _pool(processes: int) -> Iterator[ProcessPoolExecutor]:
    """Yield a pool whose processes wait for the end of a pipe that closes with this process, even if it is killed."""
    context = get_context("spawn")  # a fork would hold the other end, too, and never see it close
    watched, held = context.Pipe(duplex=False)
    with watched, held, ProcessPoolExecutor(processes, context, initializer=_begin, initargs=(watched,)) as pool:
        yield pool


def _begin(parent: Connection) -> None:
    """An interrupt ends a worker at once and without a traceback: what it had finished is saved."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    Thread(target=_end_with, args=(parent,), daemon=True).start()


def _end_with(parent: Connection) -> None:
    with suppress(EOFError, OSError):
        parent.recv_bytes()  # nothing is ever sent
    os._exit(1)  # sys.exit would end this thread only


def _end(others: Set[BaseProcess], pool: ProcessPoolExecutor) -> None:
    """Kill what was started since there were only `others`: a task may go on for minutes before it looks up."""
    ours = [process for process in active_children() if process not in others]
    for process in ours:
        process.kill()
    for process in ours:
        process.join()  # or it could still be writing when the caller removes what it wrote
    pool.shutdown(wait=False, cancel_futures=True)


@contextmanager
def _one_thread_each() -> Iterator[None]:
    """Processes started meanwhile load their libraries with one thread: they inherit what those read when they load."""
    before = {name: os.environ.get(name) for name in _THREADS}
    os.environ.update(dict.fromkeys(_THREADS, "1"))
    try:
        yield
    finally:
        for name, value in before.items():
            if value is None:
                del os.environ[name]
            else:
                os.environ[name] = value
