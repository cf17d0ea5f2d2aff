from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from letters import mail, mbox, prose
from scapa.cli import COMMANDS, run

HEAVY = ("torch", "matplotlib", "duckdb", "numba", "pyarrow", "transformers", "numpy")


def scapa(capsys, *arguments: str) -> tuple[int, dict, str]:
    """Run a command with --json and return exit code, JSON, and what went to standard error."""
    code = run([*arguments, "--json"])
    out, err = capsys.readouterr()
    return code, json.loads(out) if out else {}, err


@pytest.fixture
def place(tmp_path, monkeypatch) -> Path:
    monkeypatch.setenv("SCAPA_HOME", str(tmp_path / "home"))
    path = tmp_path / "Sent.mbox"
    path.write_text(mbox([mail(n, prose(n)) for n in range(4)]))
    return path


def test_help_is_light():
    code = f"import sys; from scapa.cli import run; run(['--help']); print([m for m in {HEAVY!r} if m in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.splitlines()[-1] == "[]"
    assert all(name in done.stdout for name in COMMANDS)


def test_lab_gaussian_loads_no_torch(tmp_path):
    arguments = [
        "lab",
        "gaussian",
        "--size",
        "10",
        "--generations",
        "3",
        "--chains",
        "50",
        "--home",
        str(tmp_path / "h"),
    ]
    code = f"import sys; from scapa.cli import run; code = run({arguments!r}); print(code, 'torch' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.splitlines()[-1] == "0 False"


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_has_help_with_an_example(name, capsys):
    from click import Context, Group

    from scapa.cli import scapa as program

    command = program.get_command(Context(program), name)
    parts = list(command.commands.values()) if isinstance(command, Group) else [command]
    for part in parts:
        assert "Example: scapa " in (part.help or ""), part.name
        assert {"--json", "--home"} <= {o for p in part.params for o in p.opts}, part.name
    assert run([name, "--help"]) == 0


def test_the_main_path(place, capsys):
    code, added, _ = scapa(capsys, "add", str(place))
    assert (code, added["read"], added["new"], added["known"], added["errored"]) == (0, 4, 4, 0, 0)
    assert scapa(capsys, "me")[1]["proposals"][0]["address"] == "ada@example.org"
    assert scapa(capsys, "me", "ada@example.org")[1] == {"me": ["ada@example.org"]}
    code, curated, _ = scapa(capsys, "curate")
    assert (code, curated["documents"], curated["kept"], curated["targets"]) == (0, 4, 4, 4)
    assert set(curated) >= {"masked", "review", "rejected", "duplicate", "errored", "reasons", "machine_share"}
    code, released, _ = scapa(capsys, "release")
    assert (code, released["documents"]) == (0, 4)
    assert set(released) >= {"release", "root", "tokens", "path"}
    code, verified, _ = scapa(capsys, "verify", released["path"])
    assert (code, verified["ok"], verified["failures"]) == (0, True, [])
    status = scapa(capsys, "status")[1]
    assert (status["documents"], status["next"]) == (4, "scapa tune")


def test_a_failed_check_exits_1(place, capsys):
    scapa(capsys, "add", str(place))
    scapa(capsys, "curate")
    path = Path(scapa(capsys, "release")[1]["path"])
    (path / "leaves.txt").write_text("nothing")
    code, verified, _ = scapa(capsys, "verify", str(path))
    assert (code, verified["ok"]) == (1, False)


@pytest.mark.parametrize(
    ("arguments", "words"),
    [(["add", "nowhere"], "nowhere"), (["add"], "give paths"), (["frobnicate"], "No such command"),
     (["curate", "--policy", "none"], "no home here"), (["why", "xyz"], "no home here"), (["release"], "no home here"),
     (["verify", "nowhere"], "is not a folder"), (["status"], "no home here"),
     (["add", "x", "--column", "y"], "FIELD=COLUMN"),
     (["add", ""], "give paths"), (["lab", "gaussian", "--seed", "-1"], "--seed"),
     (["lab", "discrete", "--size", "999999999999"], "--size"), (["add", "x", "--licence", "(((("], "no licence"),
     (["add", "x", "--custodian", "y", "--existed-by", "2999-01-01"], "still to come"),
     (["add", "x", "--custodian", "y"], "go together"), (["lab", "gaussian", "--regime", "odd"], "no regime")],
)  # fmt: skip
def test_wrong_usage_exits_2_with_one_clear_error(arguments, words, capsys, tmp_path, monkeypatch):
    monkeypatch.setenv("SCAPA_HOME", str(tmp_path / "home"))
    monkeypatch.chdir(tmp_path)
    code, result, err = scapa(capsys, *arguments)
    assert code == 2
    assert words in result["error"]["what"] + result["error"]["where"]
    assert "Traceback" not in err
    assert err.startswith("scapa: ")


def test_a_bug_shows_no_private_text(capsys, monkeypatch, tmp_path):
    from scapa.corpus import status

    def broken(home: object) -> None:
        raise ValueError("secret words of a mail")

    from scapa.store.home import Home

    Home.open(tmp_path / "home")
    monkeypatch.setattr(status, "status", broken)
    monkeypatch.delenv("SCAPA_DEBUG", raising=False)
    code = run(["status", "--home", str(tmp_path / "home")])
    out, err = capsys.readouterr()
    assert code == 3
    assert "secret" not in out + err
    assert "ValueError" in err


def test_interrupting_keeps_what_was_finished(place, tmp_path):
    """Ctrl-C in the middle of a long add: exit 130, a whole home, and the same command completes it."""
    import os
    import signal
    import time

    big = tmp_path / "big.mbox"
    big.write_text(mbox([mail(n, prose(n, 200)) for n in range(6_000)]))
    environment = dict(os.environ, SCAPA_HOME=str(tmp_path / "home"))
    (tmp_path / "home").mkdir()
    (tmp_path / "home" / "scapa.toml").write_text("[ingest]\nsegment_rows = 200\n")
    command = [sys.executable, "-c", "from scapa.cli import main; main()", "add", str(big), "--json"]
    process = subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    documents = tmp_path / "home" / "documents"
    for _ in range(600):
        if documents.is_dir() and len(list(documents.iterdir())) > 3:
            break
        time.sleep(0.05)
    process.send_signal(signal.SIGINT)
    out, err = process.communicate(timeout=60)
    assert process.returncode == 130
    assert "interrupted" in err
    assert "Traceback" not in out + err
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=True)
    result = json.loads(done.stdout)
    assert 0 < result["new"] < 6_000
    assert result["read"] == result["new"] + result["known"] + result["errored"]
    import sqlite3

    catalog = sqlite3.connect(tmp_path / "home" / "catalog.sqlite")
    assert catalog.execute("SELECT count(*) FROM document").fetchone() == (6_000,)
    catalog.close()


def test_verify_checks_models_without_torch(tmp_path):
    """A model's folder is judged by its own checker, which the command must register; numpy alone is enough for it."""
    from scapa.seal.manifest import seal_folder
    from scapa.seal.signature import SigningKey

    folder = tmp_path / "model"
    folder.mkdir()
    (folder / "bill.json").write_text("{}")
    (folder / "evaluation.json").write_text("{}")
    seal_folder(folder, "model", {}, SigningKey.create(tmp_path / "key"))
    code = f"import sys; from scapa.cli import run; run(['verify', {str(folder)!r}]); print('torch' in sys.modules)"
    out = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout
    assert "bill.json: lacks" in out
    assert out.rstrip().endswith("False")
