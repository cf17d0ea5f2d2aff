"""May the background task work now? Every reason not to names itself and how to work all the same.

`conditions(settings, home)` is asked before the run. The single questions can be asked again between actions: the plug
may have been pulled, the disk may have filled (but not `busy`, which would then see the run's own load).
Another run holding the lock is `scapa.store`'s to say.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from scapa.records import Clock
from scapa.settings import Maintain

ALL = "all"
FREE_FLOOR = 2_000_000_000
"""Bytes that must be free: a merged model of the default size, its adapter and a night's segments fit thrice."""
CLOCK_SLACK = 3_600 * 1_000_000
"""Microseconds that the clock may lie behind what is recorded: a correction, not a dead battery."""

Load = Callable[[], float]
Free = Callable[[Path], int]


@dataclass(frozen=True, slots=True)
class Skip:
    """An action (or `ALL`) that is left out now: why, and what to say to have it done all the same."""

    action: str
    why: str
    override: str


def one_minute_load() -> float:
    """Return the load average of the last minute; 0 where the system does not tell."""
    try:
        return os.getloadavg()[0]
    except (AttributeError, OSError):
        return 0.0


def free_bytes(path: Path) -> int:
    """Return the bytes free for this user where `path` is, or would be made."""
    while not path.exists():
        path = path.parent
    return shutil.disk_usage(path).free


def conditions(
    settings: Maintain,
    home: Path,
    *,
    sys_root: Path = Path("/"),
    load: Load = one_minute_load,
    processors: int | None = None,
    free: Free = free_bytes,
    now: Clock | None = None,
    newest: int | None = None,
    action: str = ALL,
) -> list[Skip]:
    """Return every reason to leave `action` out now; none means go.

    `newest` is the latest time recorded in the home (UTC microseconds): with it and `now` a clock that fell back is
    noticed. The guard needs a clock that moves forward: what was generated is told from what was there before by time.
    """
    found = (
        on_battery(settings, sys_root=sys_root, action=action),
        busy(settings, load=load, processors=processors, action=action),
        disk_low(home, free=free, action=action),
        clock_behind(now, newest, action=action),
    )
    return [skip for skip in found if skip is not None]


def on_battery(settings: Maintain, *, sys_root: Path = Path("/"), action: str = ALL) -> Skip | None:
    """Return a skip while the machine runs on battery: no mains is online and a battery of its own discharges."""
    if settings.on_battery:
        return None
    supplies = list(_supplies(sys_root / "sys/class/power_supply"))
    if any(kind in ("Mains", "USB", "Wireless") and online for kind, online, _ in supplies):
        return None
    if not any(kind in ("Battery", "UPS") and discharging for kind, _, discharging in supplies):
        return None
    return Skip(action, "on battery", "plug in, set `[maintain] on_battery = true`, or use --force")


def busy(
    settings: Maintain, *, load: Load = one_minute_load, processors: int | None = None, action: str = ALL
) -> Skip | None:
    """Return a skip while the load average per processor is above the limit."""
    share = load() / (processors or os.cpu_count() or 1)
    if share <= settings.max_load:
        return None
    why = f"busy: load {share:.2f} per processor, the limit is {settings.max_load:g}"
    return Skip(action, why, "wait, raise `[maintain] max_load`, or use --force")


def disk_low(home: Path, *, free: Free = free_bytes, floor: int = FREE_FLOOR, action: str = ALL) -> Skip | None:
    """Return a skip while less than `floor` bytes are free where the home is."""
    room = free(home)
    if room >= floor:
        return None
    why = f"disk nearly full: {room / 1e9:.1f} GB free, {floor / 1e9:.1f} GB are needed"
    return Skip(action, why, "free some room (`scapa models` lists what can go), or use --force")


def clock_behind(now: Clock | None, newest: int | None, *, action: str = ALL) -> Skip | None:
    """Return a skip if the clock is earlier than something already recorded, beyond a small correction."""
    if now is None or newest is None or now() >= newest - CLOCK_SLACK:
        return None
    hours = (newest - now()) / 3.6e9
    return Skip(action, f"the clock is {hours:,.1f} h behind what is recorded here", "set the clock, or use --force")


def _supplies(folder: Path) -> list[tuple[str, bool, bool]]:
    """Return (kind, online, discharging) of each supply of the machine itself, not of its mouse."""
    if not folder.is_dir():
        return []
    own = [s for s in sorted(folder.iterdir()) if _read(s / "scope") != "Device" and _read(s / "present") != "0"]
    return [(_read(s / "type"), _read(s / "online") == "1", _read(s / "status") == "Discharging") for s in own]


def _read(path: Path) -> str:
    """A supply may vanish while it is read, or not know an attribute: both mean nothing said."""
    try:
        return path.read_text(encoding="utf-8", errors="replace").strip()
    except OSError:
        return ""
