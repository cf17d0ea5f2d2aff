"""Processes of tasks: whatever ends the run ends them at once, and what ends them is told."""

import signal
import subprocess
import sys
from pathlib import Path

import pytest

from scapa.cli import run
from scapa.errors import WorkerEnded, place
from scapa.workers import apart

LONG = 120
SLEEP = f"import os, pathlib, time; pathlib.Path(str(os.getpid())).touch(); time.sleep({LONG})"
ASK = """
import signal
from pathlib import Path
from scapa import cli
from scapa.workers import apart

def tell():
    if len(list(Path().iterdir())) == 2:
        print("ready", flush=True)

cli.run = lambda arguments: apart(exec, [(arguments[0],)] * 2, 2, print, tell)
if __name__ == "__main__":
    cli.main([{sleep!r}])
"""


@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGTERM, signal.SIGINT])
def test_workers_end_with_the_process_that_started_them(tmp_path, number):
    """They hold its standard output: it is closed once all have ended."""
    command = [sys.executable, "-c", ASK.format(sleep=SLEEP)]
    with subprocess.Popen(
        command, cwd=tmp_path, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
    ) as parent:
        assert parent.stdout
        assert parent.stdout.readline() == "ready\n"
        parent.send_signal(number)
        parent.communicate(timeout=LONG / 2)


def test_a_request_to_end_is_an_interrupt():
    """The command line gives the exit code of an interrupt, and says that what is done is kept."""
    script = (
        "import os, signal\nfrom scapa import cli\n"
        "cli.scapa.main = lambda *arguments, **options: os.kill(os.getpid(), signal.SIGTERM)\ncli.main(['lab'])"
    )
    done = subprocess.run([sys.executable, "-c", script], check=False, capture_output=True, text=True)
    assert (done.returncode, "what was finished is kept" in done.stderr) == (130, True)


def test_a_worker_that_the_system_ended_is_told():
    with pytest.raises(WorkerEnded, match="ended, perhaps for lack of memory") as caught:
        apart(exec, [("import os, signal; os.kill(os.getpid(), signal.SIGKILL)",)], 1, print, lambda: None)
    assert "--jobs 1" in caught.value.next


def test_a_bug_in_a_worker_is_told_with_its_place(monkeypatch, capsys):
    def broken(*arguments, **options):
        apart(Path.read_text, [(Path("/nowhere/secret"),)], 1, print, lambda: None)

    with pytest.raises(FileNotFoundError) as caught:
        broken()
    assert place(caught.value).startswith("pathlib.py, line ")
    monkeypatch.setattr("scapa.cli.scapa.main", broken)
    assert run(["lab"]) == 3
    assert "FileNotFoundError in pathlib.py, line " in capsys.readouterr().err
