"""Rules at work: DuckDB answers every expression over one Arrow table, in a child with limits on memory and time.

The child is this module run by itself: it maps the file of the features, reads the expressions from its standard
input, and writes `output.arrow`.
"""

from __future__ import annotations

import errno
import json
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.ipc as ipc

from scapa.errors import SettingsError, StorageFull
from scapa.files import PARTIAL

_MEMORY = "2GB"
_SECONDS = 300
_FULL = 28
"""The child's exit code where the disk is full."""


def answer(
    features: Path, columns: Sequence[str], expressions: Sequence[str], place: Path, *, seconds: float = _SECONDS
) -> pa.Table:
    """Return one boolean column `r0`, `r1`, … an expression (null where SQL says NULL), a row per row of the Arrow
    file `features`, which has their number in `row`; `columns` are those that the expressions read.

    Raises `SettingsError` for an expression that DuckDB refuses (an unknown column, a wrong type) or that runs
    into the limits of memory or time. `place` (the home) holds what travels back from the child.
    """
    with tempfile.TemporaryDirectory(dir=place, prefix="rules-", suffix=PARTIAL) as name:
        asked = {"features": str(features), "columns": list(columns), "expressions": list(expressions)}
        command = [sys.executable, "-m", "scapa.corpus.rules", name]
        try:
            done = subprocess.run(
                command, input=json.dumps(asked), capture_output=True, text=True, timeout=seconds, check=False
            )
        except subprocess.TimeoutExpired:
            raise SettingsError(f"the policy took longer than {seconds:g} s", next="simplify its rules") from None
        if done.returncode == _FULL:
            raise StorageFull("the disk is full", where=str(place), next="make room and run it again")
        if done.returncode:
            why = done.stderr.strip().splitlines()
            raise SettingsError(f"the policy cannot be run: {why[-1] if why else 'no memory left'}")
        return ipc.open_file((Path(name) / "output.arrow").read_bytes()).read_all()


def _schema(count: int) -> pa.Schema:
    return pa.schema([(f"r{n}", pa.bool_()) for n in range(count)])


def _limit_memory() -> None:
    import resource

    limit = 16 << 30  # address space, not memory: DuckDB's own limit is the tight one
    resource.setrlimit(resource.RLIMIT_AS, (limit, limit))


def _child(folder: Path, features: str, columns: Sequence[str], expressions: Sequence[str]) -> None:
    import duckdb

    _limit_memory()
    with pa.memory_map(features) as source:
        table = ipc.open_file(source).read_all().select(list(dict.fromkeys(["row", *columns])))
        plain = pa.table(
            {name: pa.chunked_array([_plain(c) for c in table[name].chunks]) for name in table.column_names}
        )
        connection = duckdb.connect(config={"memory_limit": _MEMORY, "threads": 2})
        connection.register("documents", plain)
        connection.execute("SET enable_external_access = false; SET lock_configuration = true")
        select = ", ".join(f"CAST(({expression}\n) AS BOOLEAN) AS r{n}" for n, expression in enumerate(expressions))
        result: pa.Table = connection.execute(f"SELECT {select}, row FROM documents").to_arrow_table()  # noqa: S608
    # DuckDB keeps the order of rows, which is a setting of its; sorting is for the day that it does not.
    if pc.any(pc.less(pc.pairwise_diff(result["row"].combine_chunks()), 0)).as_py():
        result = result.sort_by("row")
    result = result.drop_columns(["row"]).cast(_schema(len(expressions)))
    with ipc.new_file(folder / "output.arrow", result.schema) as writer:
        writer.write_table(result)


def _plain(array: pa.Array) -> pa.Array:
    """Return the array without spans and counts, and its times without a zone (all are UTC), copying nothing."""
    if pa.types.is_timestamp(array.type):
        return array.cast(pa.timestamp("us"))
    if not pa.types.is_struct(array.type):
        return array
    fields = [array.type.field(n).name for n in range(array.type.num_fields)]
    flat = {name: column for name, column in zip(fields, array.flatten(), strict=True) if not _heavy(column.type)}
    return pa.StructArray.from_arrays([_plain(column) for column in flat.values()], list(flat))


def _heavy(kind: pa.DataType) -> bool:
    """Whether a rule has no use for such values: lists of anything but words, and bytes."""
    return bool(pa.types.is_binary(kind) or (pa.types.is_list(kind) and not pa.types.is_string(kind.value_type)))


if __name__ == "__main__":
    try:
        _child(Path(sys.argv[1]), **json.load(sys.stdin))
    except Exception as error:  # noqa: BLE001  (the parent turns the last line into one clear error)
        if isinstance(error, OSError) and error.errno in (errno.ENOSPC, errno.EDQUOT):
            sys.exit(_FULL)
        # Binder and parser errors hold names of columns; any other message may hold a value, such as a title.
        named = type(error).__name__ in ("BinderException", "ParserException", "CatalogException")
        sys.exit(str(error).splitlines()[0] if named else type(error).__name__)
