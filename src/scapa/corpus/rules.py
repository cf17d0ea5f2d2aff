"""Rules at work: DuckDB answers every expression over one Arrow table, in a child with limits on memory and time.

The child is this module run by itself: it reads `input.arrow` and the expressions, and writes `output.arrow`.
"""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

import pyarrow as pa
import pyarrow.ipc as ipc

from scapa.errors import SettingsError
from scapa.files import PARTIAL, storage_errors

_MEMORY = "2GB"
_SECONDS = 300


def answer(table: pa.Table, expressions: Sequence[str], place: Path, *, seconds: float = _SECONDS) -> pa.Table:
    """Return one boolean column `r0`, `r1`, … an expression (null where SQL says NULL), a row per row of `table`.

    Raises `SettingsError` for an expression that DuckDB refuses (an unknown column, a wrong type) or that runs
    into the limits of memory or time. `place` (the home) holds what travels to the child and back.
    """
    with tempfile.TemporaryDirectory(dir=place, prefix="rules-", suffix=PARTIAL) as name:
        folder = Path(name)
        with storage_errors(folder), ipc.new_file(folder / "input.arrow", table.schema) as writer:
            writer.write_table(table)
        command = [sys.executable, "-m", "scapa.corpus.rules", name]
        try:
            done = subprocess.run(
                command,
                input=json.dumps(list(expressions)),
                capture_output=True,
                text=True,
                timeout=seconds,
                check=False,
            )
        except subprocess.TimeoutExpired:
            raise SettingsError(f"the policy took longer than {seconds:g} s", next="simplify its rules") from None
        if done.returncode:
            why = done.stderr.strip().splitlines()
            raise SettingsError(f"the policy cannot be run: {why[-1] if why else 'no memory left'}")
        return ipc.open_file((folder / "output.arrow").read_bytes()).read_all()


def _schema(count: int) -> pa.Schema:
    return pa.schema([(f"r{n}", pa.bool_()) for n in range(count)])


def _limit_memory() -> None:
    import resource

    limit = 16 << 30  # address space, not memory: DuckDB's own limit is the tight one
    resource.setrlimit(resource.RLIMIT_AS, (limit, limit))


def _child(folder: Path, expressions: Sequence[str]) -> None:
    import duckdb

    _limit_memory()
    with pa.memory_map(str(folder / "input.arrow")) as source:
        table = ipc.open_file(source).read_all()
    connection = duckdb.connect(config={"memory_limit": _MEMORY, "threads": 2})
    connection.register("documents", table)
    connection.execute("SET enable_external_access = false; SET lock_configuration = true")
    select = ", ".join(f"CAST(({expression}\n) AS BOOLEAN) AS r{n}" for n, expression in enumerate(expressions))
    result: pa.Table = connection.execute(f"SELECT {select} FROM documents ORDER BY row").to_arrow_table()  # noqa: S608
    result = result.cast(_schema(len(expressions)))
    with ipc.new_file(folder / "output.arrow", result.schema) as writer:
        writer.write_table(result)


if __name__ == "__main__":
    try:
        _child(Path(sys.argv[1]), json.load(sys.stdin))
    except Exception as error:  # noqa: BLE001  (the parent turns the last line into one clear error)
        # Binder and parser errors hold names of columns; any other message may hold a value, such as a title.
        named = type(error).__name__ in ("BinderException", "ParserException", "CatalogException")
        sys.exit(str(error).splitlines()[0] if named else type(error).__name__)
