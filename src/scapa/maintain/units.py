"""The background task as a systemd user timer: `unit_files(...)` makes the texts, `install(...)` puts them in place.

Off until the user asks. Only systemd: launchd and cron are out of scope (run `scapa maintain run` from either).
A timer of a user stops when that user logs out, unless `loginctl enable-linger` was run.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from scapa.errors import SettingsError, UsageError
from scapa.files import remove, storage_errors, write_text
from scapa.settings import Maintain

SERVICE, TIMER, FAILED = "scapa-maintain.service", "scapa-maintain.timer", "scapa-maintain-failed.service"

Run = Callable[[Sequence[str]], int]
"""Runs a command and returns its exit code."""

_SERVICE = """\
# Made by `scapa maintain install`; changes are overwritten, so put yours into `systemctl --user edit {service}`.
[Unit]
Description=Scapa: look after the collection and the model
Documentation=https://arxiv.org/abs/2305.17493
{power}OnFailure={failed}

[Service]
Type=oneshot
ExecStart={executable} maintain run
Environment={home}
# Nothing is fetched at night: fail at once instead of waiting for a network that is closed below.
Environment=HF_HUB_OFFLINE=1 "MPLCONFIGDIR=%C/scapa/matplotlib"

# A signal means: finish the step, save, go. Only the main process is asked; its helpers end with it. SIGINT ends
# Python in good order even before the task listens. Short, so that it never holds up a shutdown.
KillSignal=SIGINT
KillMode=mixed
TimeoutStopSec=45s
SuccessExitStatus=130 SIGINT SIGTERM
# A backstop behind the time budget of scapa.toml.
TimeoutStartSec=12h

# Idle only. The scheduling classes work everywhere. The weights need control groups v2: the processor's is delegated
# to user units by default, the disk's only where the administrator delegates it (else it does nothing, harmlessly).
# A systemd older than 252 does not know the weight "idle" and keeps the 1.
Nice=19
CPUSchedulingPolicy=idle
IOSchedulingClass=idle
CPUWeight=1
CPUWeight=idle
IOWeight=1

# Reclaim from this task first, stop it before it pushes the desktop into swap; the last good model stays in use.
MemoryHigh=50%
MemoryMax=60%
MemorySwapMax=0
OOMScoreAdjust=900
OOMPolicy=kill

# No network. The first three lines are a seccomp filter and always work in a user unit: no socket but local ones, not
# by way of another architecture's calls, nor by io_uring. PrivateNetwork is a second wall where systemd (253 or newer)
# and the kernel allow user name spaces, and is passed over elsewhere. IPAddressDeny would need privileges that a user
# unit does not have; it is left out because it would promise what it does not do.
RestrictAddressFamilies=AF_UNIX
SystemCallArchitectures=native
SystemCallFilter=~io_uring_setup io_uring_enter io_uring_register
SystemCallErrorNumber=EPERM
PrivateNetwork=true

# Read what the user can read, write to Scapa's home, its cache and a /tmp of its own. These too need user name spaces
# and are passed over where there are none. Memory both writable and executable stays allowed: compiled kernels need it.
ProtectSystem=strict
ProtectHome=read-only
ReadWritePaths={writable}
CacheDirectory=scapa
CacheDirectoryMode=0700
PrivateTmp=true
UMask=0077
NoNewPrivileges=true
LockPersonality=true
RestrictRealtime=true
RestrictSUIDSGID=true
"""

_TIMER = """\
# Made by `scapa maintain install`; the hour is `[maintain] hour` of scapa.toml.
[Unit]
Description=Scapa: every night

[Timer]
OnCalendar=*-*-* {hour}:00
# A night missed because the machine was off is made up for, but not in the minute it wakes; it is never woken for this.
Persistent=true
RandomizedDelaySec=45min
AccuracySec=10min

[Install]
WantedBy=timers.target
"""

_FAILED = """\
# Made by `scapa maintain install`: tells the desktop, where there is one; the journal has the story in any case.
[Unit]
Description=Scapa: say that maintenance failed

[Service]
Type=oneshot
ExecStart=-/usr/bin/env notify-send --app-name=Scapa "Scapa" \
"Maintenance failed; the last good model stays in use. See: journalctl --user -u {service}"
"""


@dataclass(frozen=True, slots=True)
class Installed:
    """What was written, whether the timer is now running, and what the user should know or do next."""

    files: tuple[Path, ...]
    enabled: bool
    next: str


def unit_files(scapa_executable: Path, home: Path, settings: Maintain) -> dict[str, str]:
    """Return {file name: text} of the service, its timer and the reporter of failures.

    Raises `UsageError` for a path that systemd cannot name (relative, with control characters, a program with
    quotes), `SettingsError` for a bad hour.
    """
    power = "" if settings.on_battery else "ConditionACPower=true\n"
    service = _SERVICE.format(
        service=SERVICE,
        failed=FAILED,
        power=power,
        executable=quoted(_program(scapa_executable)),
        home=quoted(f"SCAPA_HOME={_checked(home)}"),
        writable=quoted(_checked(home)),
    )
    return {SERVICE: service, TIMER: _TIMER.format(hour=_hour(settings.hour)), FAILED: _FAILED.format(service=SERVICE)}


def quoted(word: str) -> str:
    """Return one word as unit files write it: quoted, with backslashes, quotes and per cent signs escaped.

    `$` stays as it is: in the path of a program, in Environment= and in paths systemd does not expand it.
    """
    escaped = word.replace("\\", "\\\\").replace('"', '\\"').replace("%", "%%")
    return f'"{escaped}"'


def default_folder() -> Path:
    """Return where the user's own units live."""
    base = os.environ.get("XDG_CONFIG_HOME")
    return (Path(base) if base else Path.home() / ".config") / "systemd" / "user"


def install(
    scapa_executable: Path,
    home: Path,
    settings: Maintain,
    *,
    folder: Path | None = None,
    enable: bool = False,
    run: Run | None = None,
) -> Installed:
    """Write the units into `folder`, each whole or not at all; with `enable` also start the timer.

    Without systemctl, or when it fails, the files stay and `next` says what to do. Raises as `unit_files` does, and
    `HomeError` or `StorageFull` where the folder cannot be written.
    """
    texts = unit_files(scapa_executable, home, settings)
    folder = folder or default_folder()
    with storage_errors(folder):
        folder.mkdir(parents=True, exist_ok=True)
        home.mkdir(mode=0o700, parents=True, exist_ok=True)  # ReadWritePaths= must exist when the service starts
    for name, text in texts.items():
        write_text(folder / name, text, mode=0o644)
    commands = [["systemctl", "--user", "daemon-reload"], ["systemctl", "--user", "enable", "--now", TIMER]]
    enabled = enable and all((run or _run)(command) == 0 for command in commands)
    by_hand = " && ".join(" ".join(command) for command in commands)
    linger = "to run while you are logged out, too: loginctl enable-linger"
    return Installed(tuple(folder / name for name in texts), enabled, linger if enabled else f"to start it: {by_hand}")


def uninstall(*, folder: Path | None = None, run: Run | None = None) -> tuple[Path, ...]:
    """Stop the timer where systemctl is there, remove the units, and return the files removed."""
    folder = folder or default_folder()
    found = tuple(folder / name for name in (SERVICE, TIMER, FAILED) if (folder / name).exists())
    if found:
        (run or _run)(["systemctl", "--user", "disable", "--now", TIMER])
    for path in found:
        remove(path)
    if found:
        (run or _run)(["systemctl", "--user", "daemon-reload"])
    return found


def _run(command: Sequence[str]) -> int:
    """Run systemctl; 127 where there is none, as a shell says."""
    if shutil.which(command[0]) is None:
        return 127
    return subprocess.run(command, check=False, capture_output=True, timeout=60).returncode


def _checked(path: Path) -> str:
    text = str(path)
    if not path.is_absolute():
        raise UsageError("a unit needs a whole path, not a relative one", where=text)
    if not text.isprintable():
        raise UsageError("a unit cannot name a path with control characters", where=repr(text), next="move it")
    return text


def _program(path: Path) -> str:
    text = _checked(path)
    if any(mark in text for mark in "'\"\\"):
        raise UsageError("systemd starts no program with quotes or backslashes in its path", where=text, next="move it")
    return text


def _hour(text: str) -> str:
    if not re.fullmatch(r"([01]\d|2[0-3]):[0-5]\d", text):
        raise SettingsError(f"must be a time like '03:30', not {text!r}", where="scapa.toml: [maintain] hour")
    return text
