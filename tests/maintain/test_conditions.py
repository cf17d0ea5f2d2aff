"""When the background task stays away, and that it says why and how to have it all the same."""

from pathlib import Path

import pytest

from scapa.maintain.conditions import ALL, CLOCK_SLACK, FREE_FLOOR, busy, conditions, disk_low, free_bytes, on_battery
from scapa.settings import Maintain

HOME = Path("/nowhere")


def machine(root, **supplies):
    """A fake /sys with power supplies, each a dict of its attributes."""
    for name, attributes in supplies.items():
        folder = root / "sys/class/power_supply" / name
        folder.mkdir(parents=True)
        for key, value in attributes.items():
            (folder / key).write_text(f"{value}\n")
    return root


def ask(settings=None, root=Path("/nowhere"), load=0.0, free=FREE_FLOOR, **more):
    return conditions(
        settings or Maintain(), HOME, sys_root=root, load=lambda: load, processors=4, free=lambda _: free, **more
    )


MAINS_ON = {"type": "Mains", "online": 1}
MAINS_OFF = {"type": "Mains", "online": 0}
DISCHARGING = {"type": "Battery", "present": 1, "status": "Discharging"}
CHARGING = {"type": "Battery", "present": 1, "status": "Charging"}


@pytest.mark.parametrize(
    ("supplies", "skipped"),
    [
        ({}, False),  # a desktop or a virtual machine
        ({"AC": MAINS_ON, "BAT0": CHARGING}, False),
        ({"AC": MAINS_ON, "BAT0": DISCHARGING}, False),  # a weak charger: plugged in all the same
        ({"AC": MAINS_OFF, "BAT0": DISCHARGING}, True),
        ({"BAT0": DISCHARGING}, True),
        ({"AC": MAINS_OFF, "BAT0": {**DISCHARGING, "status": "Full"}}, False),
        ({"AC": MAINS_OFF, "BAT0": CHARGING, "BAT1": DISCHARGING}, True),
        ({"USBC": {"type": "USB", "online": 1}, "BAT0": DISCHARGING}, False),
        ({"mouse": {**DISCHARGING, "scope": "Device"}}, False),
        ({"BAT0": {**DISCHARGING, "present": 0}}, False),
        ({"AC": MAINS_OFF, "UPS": {"type": "UPS", "status": "Discharging"}}, True),
        ({"AC": MAINS_OFF}, False),
        ({"odd": {}}, False),
    ],
)
def test_battery(tmp_path, supplies, skipped):
    found = on_battery(Maintain(), sys_root=machine(tmp_path, **supplies))
    assert (found is not None) == skipped


def test_battery_names_its_override_and_obeys_it(tmp_path):
    root = machine(tmp_path, AC=MAINS_OFF, BAT0=DISCHARGING)
    (skip,) = ask(root=root)
    assert (skip.action, skip.why) == (ALL, "on battery")
    assert "on_battery = true" in skip.override
    assert "--force" in skip.override
    assert ask(Maintain(on_battery=True), root=root) == []


def test_load_is_per_processor():
    assert ask(load=4.0) == []  # 1.00 on each of four
    (skip,) = ask(load=4.4)
    assert skip.why == "busy: load 1.10 per processor, the limit is 1"
    assert "max_load" in skip.override
    assert ask(Maintain(max_load=1.2), load=4.4) == []


def test_a_system_without_load_average_is_not_busy(monkeypatch):
    def none():
        raise OSError

    monkeypatch.setattr("os.getloadavg", none)
    assert busy(Maintain(max_load=0.0)) is None


def test_disk():
    assert ask(free=FREE_FLOOR) == []
    (skip,) = ask(free=FREE_FLOOR - 1)
    assert skip.why == "disk nearly full: 2.0 GB free, 2.0 GB are needed"
    assert disk_low(HOME, free=lambda _: 10, floor=10) is None


def test_free_room_of_a_home_not_yet_made(tmp_path):
    assert free_bytes(tmp_path / "not" / "yet") > 0


def test_a_clock_that_fell_back():
    newest = 1_700_000_000_000_000
    assert ask(now=lambda: newest - CLOCK_SLACK, newest=newest) == []
    assert ask(now=lambda: 0, newest=None) == []
    (skip,) = ask(now=lambda: newest - 2 * CLOCK_SLACK, newest=newest)
    assert skip.why == "the clock is 2.0 h behind what is recorded here"


def test_every_reason_is_told_with_the_action(tmp_path):
    root = machine(tmp_path, BAT0=DISCHARGING)
    found = ask(root=root, load=99, free=0, now=lambda: 0, newest=10 * CLOCK_SLACK, action="tune")
    assert [skip.why.split()[0] for skip in found] == ["on", "busy:", "disk", "the"]
    assert {skip.action for skip in found} == {"tune"}
    assert all("--force" in skip.override for skip in found)


def test_the_real_machine_answers():
    assert isinstance(conditions(Maintain(), Path("/")), list)
