"""Warm: compiled code is made ready in the background while the first mail is read, so that no one waits for it.

Numba compiles a kernel when it is first used, some ten seconds in all, once for each version of Scapa and of numba, and
keeps the result. `start` has that done by a process of its own, at low priority: this module run by itself, which takes
three made-up mails through the whole chain in a home that is thrown away. It ends by itself, and what it had compiled
is kept however it ends.
"""

from __future__ import annotations

import fcntl
import hashlib
import os
import signal
import sys
import tempfile
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

_LONGEST = 300  # seconds
_MAIL = """From ada@example.org Tue Mar  1 10:00:00 2011
From: Ada <ada@example.org>
To: bob@example.org
Subject: Letter {n}
Date: Tue, {n} Mar 2011 10:00:00 +0000
Message-ID: <{n}@example.org>

{text}

"""


def start() -> bool:
    """Have compiled code made ready, unless it is; return whether a process was started."""
    if is_ready():
        return False
    nothing = [(os.POSIX_SPAWN_OPEN, stream, os.devnull, os.O_RDWR, 0) for stream in range(3)]
    command = [sys.executable, "-m", "scapa.corpus.warm"]
    os.posix_spawn(sys.executable, command, os.environ, file_actions=nothing, setpgroup=0)  # no Ctrl-C reaches it
    return True


def is_ready() -> bool:
    """Whether it was made ready before, by this version; or cannot be, because there is no place to keep it."""
    folder = _folder()
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError:
        return True
    return (folder / _mark()).exists() or not os.access(folder, os.W_OK)


def _folder() -> Path:
    """Return where compiled code is kept (see `scapa.text.compiled`, which takes long to load)."""
    chosen, base = os.environ.get("NUMBA_CACHE_DIR"), os.environ.get("XDG_CACHE_HOME")
    return Path(chosen) if chosen else (Path(base) if base else Path.home() / ".cache") / "scapa" / "numba"


def _mark() -> str:
    """Return the name of the file that says so: it changes with numba, Python and every file that may hold a kernel."""
    made = hashlib.sha256(sys.version.encode())
    try:
        made.update(version("numba").encode())
    except PackageNotFoundError:
        return "none"
    package = Path(__file__).parent.parent
    for path in sorted(path for name in ("text", "ledger", "judges") for path in (package / name).glob("*.py")):
        state = path.stat()
        made.update(f"{path.name} {state.st_size} {state.st_mtime_ns}".encode())
    return f"ready-{made.hexdigest()[:16]}"


def _go_through() -> None:
    """Take three mails, of which two are nearly the same and one was generated here, through the chain."""
    from scapa.corpus.decide import curate
    from scapa.corpus.ingest import add
    from scapa.ledger import Ledger
    from scapa.store.home import Home

    words = [f"word{n % 41} of{n % 7}" for n in range(300)]
    texts = [" ".join(words), " ".join([*words[:-1], "another"]), " ".join(reversed(words))]
    with tempfile.TemporaryDirectory(prefix="scapa-warm-") as name:
        box = Path(name) / "warm.mbox"
        box.write_text("".join(_MAIL.format(n=n + 1, text=text) for n, text in enumerate(texts)))
        home = Home.open(Path(name) / "home")
        Ledger.open(home.folder("generations"), now=home.now).record(texts[2], model="none")
        add(home, [box])
        curate(home)


def main() -> None:
    """Make compiled code ready, unless another process is at it."""
    folder = _folder()
    handle = os.open(folder / "warm.lock", os.O_RDWR | os.O_CREAT, 0o600)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        _make_ready(folder)
    except BlockingIOError:
        return
    finally:
        os.close(handle)


def _make_ready(folder: Path) -> None:
    mark = folder / _mark()
    if mark.exists():
        return
    signal.alarm(_LONGEST)
    os.nice(10)
    _go_through()
    mark.touch()
    for old in folder.glob("ready-*"):
        if old != mark:
            old.unlink(missing_ok=True)


if __name__ == "__main__":
    main()
