"""The systemd units: what they say, how paths get in, and that systemd accepts them."""

import os
import shutil
import stat
import subprocess
from pathlib import Path

import pytest

from scapa.errors import HomeError, SettingsError, UsageError
from scapa.maintain.units import FAILED, SERVICE, TIMER, default_folder, install, quoted, uninstall, unit_files
from scapa.settings import Maintain

EXECUTABLE, HOME = Path("/opt/scapa/bin/scapa"), Path("/home/ada/.local/share/scapa")


def keys(text):
    """The (key, value) pairs of a unit file, continuation lines joined."""
    lines = text.replace("\\\n", "").splitlines()
    return [tuple(line.split("=", 1)) for line in lines if "=" in line and not line.startswith("#")]


def service(settings=None, executable=EXECUTABLE, home=HOME):
    return dict(keys(unit_files(executable, home, settings or Maintain())[SERVICE]))


def test_three_units_that_name_each_other():
    files = unit_files(EXECUTABLE, HOME, Maintain())
    assert set(files) == {SERVICE, TIMER, FAILED}
    assert service()["OnFailure"] == FAILED
    assert dict(keys(files[TIMER]))["WantedBy"] == "timers.target"
    assert Path(SERVICE).stem == Path(TIMER).stem  # a timer starts the service of its own name


def test_it_runs_the_chain_in_this_home():
    found = keys(unit_files(EXECUTABLE, HOME, Maintain())[SERVICE])
    assert ("ExecStart", '"/opt/scapa/bin/scapa" maintain run') in found
    assert ("Environment", '"SCAPA_HOME=/home/ada/.local/share/scapa"') in found
    assert ("ReadWritePaths", '"/home/ada/.local/share/scapa"') in found


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("Type", "oneshot"),
        ("Nice", "19"),
        ("CPUSchedulingPolicy", "idle"),
        ("IOSchedulingClass", "idle"),
        ("CPUWeight", "idle"),
        ("IOWeight", "1"),
        ("OOMScoreAdjust", "900"),
        ("KillSignal", "SIGINT"),
        ("KillMode", "mixed"),
        ("RestrictAddressFamilies", "AF_UNIX"),
        ("SystemCallArchitectures", "native"),
        ("PrivateNetwork", "true"),
        ("ProtectSystem", "strict"),
        ("ProtectHome", "read-only"),
        ("NoNewPrivileges", "true"),
    ],
)
def test_promises_of_the_service(key, value):
    assert service()[key] == value


def test_the_filter_closes_the_way_round_it():
    assert "io_uring_setup" in service()["SystemCallFilter"]
    assert service()["SystemCallFilter"].startswith("~")


def test_an_older_systemd_keeps_the_weight_it_knows():
    weights = [v for k, v in keys(unit_files(EXECUTABLE, HOME, Maintain())[SERVICE]) if k == "CPUWeight"]
    assert weights == ["1", "idle"]


def test_nothing_is_promised_that_a_user_unit_cannot_do():
    assert not {"IPAddressDeny", "User", "CapabilityBoundingSet"} & set(service())


def test_a_timer_that_makes_up_for_missed_nights_gently():
    timer = dict(keys(unit_files(EXECUTABLE, HOME, Maintain(hour="22:05"))[TIMER]))
    assert timer["OnCalendar"] == "*-*-* 22:05:00"
    assert timer["Persistent"] == "true"
    assert timer["RandomizedDelaySec"] == "45min"
    assert timer["AccuracySec"] == "10min"
    assert "WakeSystem" not in timer


def test_power_condition_follows_the_setting():
    assert service()["ConditionACPower"] == "true"
    assert "ConditionACPower" not in service(Maintain(on_battery=True))


@pytest.mark.parametrize(
    ("word", "written"),
    [
        ("/a b", '"/a b"'),
        ("/100%", '"/100%%"'),
        ("/%h", '"/%%h"'),
        ('/a"b', '"/a\\"b"'),
        ("/a\\b", '"/a\\\\b"'),
        ("/$HOME", '"/$HOME"'),
        ("/日", '"/日"'),
    ],
)
def test_quoting(word, written):
    assert quoted(word) == written


@pytest.mark.parametrize("hour", ["24:00", "3:30", "03:60", "", "03:30\nExecStart=/bin/false", "03:30\n", "٠٣:٣٠"])
def test_a_bad_hour_is_refused(hour):
    with pytest.raises(SettingsError, match="must be a time"):
        unit_files(EXECUTABLE, HOME, Maintain(hour=hour))


@pytest.mark.parametrize("path", [Path("scapa"), Path("/a\nExecStart=/bin/false"), Path("/a\x1b"), Path("/a\udcff")])
def test_paths_that_a_unit_cannot_name_are_refused(path):
    with pytest.raises(UsageError):
        unit_files(path, HOME, Maintain())
    with pytest.raises(UsageError):
        unit_files(EXECUTABLE, path, Maintain())


@pytest.mark.parametrize("mark", ["'", '"', "\\"])
def test_programs_that_systemd_does_not_start_are_refused(mark):
    with pytest.raises(UsageError, match="quotes"):
        unit_files(Path(f"/opt/a{mark}b/scapa"), HOME, Maintain())
    assert mark in service(home=Path(f"/home/a{mark}b"))["ReadWritePaths"]


def test_install_writes_and_starts_nothing_unasked(tmp_path):
    ran = []
    done = install(
        EXECUTABLE, tmp_path / "home", Maintain(), folder=tmp_path / "u" / "v", run=lambda c: ran.append(c) or 0
    )
    assert ran == []
    assert not done.enabled
    assert "enable --now scapa-maintain.timer" in done.next
    assert [path.name for path in done.files] == [SERVICE, TIMER, FAILED]
    assert sorted(path.name for path in (tmp_path / "u" / "v").iterdir()) == sorted([SERVICE, TIMER, FAILED])
    texts = unit_files(EXECUTABLE, tmp_path / "home", Maintain())
    assert {path.name: path.read_text() for path in done.files} == texts
    assert stat.S_IMODE((tmp_path / "home").stat().st_mode) == 0o700


def test_install_starts_the_timer_when_asked(tmp_path):
    ran = []
    done = install(
        EXECUTABLE, tmp_path / "h", Maintain(), folder=tmp_path, enable=True, run=lambda c: ran.append(c) or 0
    )
    assert ran == [["systemctl", "--user", "daemon-reload"], ["systemctl", "--user", "enable", "--now", TIMER]]
    assert done.enabled
    assert "enable-linger" in done.next


def test_a_failing_systemctl_leaves_the_files_and_says_so(tmp_path, monkeypatch):
    done = install(EXECUTABLE, tmp_path / "h", Maintain(), folder=tmp_path, enable=True, run=lambda _: 1)
    assert not done.enabled
    assert "systemctl --user" in done.next
    monkeypatch.setenv("PATH", str(tmp_path))  # no systemctl there
    assert not install(EXECUTABLE, tmp_path / "h", Maintain(), folder=tmp_path, enable=True).enabled


def test_install_again_replaces(tmp_path):
    install(EXECUTABLE, tmp_path / "h", Maintain(), folder=tmp_path)
    install(EXECUTABLE, tmp_path / "h", Maintain(hour="01:00"), folder=tmp_path)
    assert "*-*-* 01:00:00" in (tmp_path / TIMER).read_text()


def test_a_folder_that_cannot_be_written(tmp_path, monkeypatch):
    def refuse(*_, **__):
        raise PermissionError(13, "no")

    monkeypatch.setattr(Path, "mkdir", refuse)
    with pytest.raises(HomeError):
        install(EXECUTABLE, tmp_path / "h", Maintain(), folder=tmp_path / "u")


def test_uninstall_stops_and_removes(tmp_path):
    install(EXECUTABLE, tmp_path / "h", Maintain(), folder=tmp_path / "u")
    (tmp_path / "u" / "other.service").write_text("")
    ran = []
    gone = uninstall(folder=tmp_path / "u", run=lambda c: ran.append(c) or 0)
    assert [path.name for path in gone] == [SERVICE, TIMER, FAILED]
    assert [path.name for path in (tmp_path / "u").iterdir()] == ["other.service"]
    assert ran[0] == ["systemctl", "--user", "disable", "--now", TIMER]
    assert uninstall(folder=tmp_path / "u", run=lambda c: ran.append(c) or 0) == ()
    assert len(ran) == 2


def test_the_folder_follows_xdg(monkeypatch):
    monkeypatch.setenv("XDG_CONFIG_HOME", "/x")
    assert default_folder() == Path("/x/systemd/user")
    monkeypatch.delenv("XDG_CONFIG_HOME")
    assert default_folder() == Path.home() / ".config/systemd/user"


@pytest.mark.skipif(not shutil.which("systemd-analyze"), reason="systemd-analyze is not installed")
@pytest.mark.parametrize("name", ["plain", "a b", "50%", "%h", "$HOME", "日本", "#;*"])
def test_systemd_accepts_them(tmp_path, name):
    executable = tmp_path / name / "scapa"
    executable.parent.mkdir()
    executable.write_text("#!/bin/sh\n")
    executable.chmod(0o755)
    done = install(executable, tmp_path / f"home {name}", Maintain(), folder=tmp_path / "units")
    (tmp_path / "run").mkdir(mode=0o700)
    # XDG_CONFIG_HOME: else the reporter named by OnFailure= is looked for among the user's own units
    environment = {**os.environ, "XDG_RUNTIME_DIR": str(tmp_path / "run"), "XDG_CONFIG_HOME": str(tmp_path / "config")}
    command = ["systemd-analyze", "verify", "--user", *map(str, done.files)]
    found = subprocess.run(command, capture_output=True, text=True, env=environment, check=False)
    assert (found.returncode, found.stderr) == (0, "")
