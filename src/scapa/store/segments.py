"""Segments: immutable Parquet files below the home, written whole and named before the catalog knows them."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from scapa.errors import HomeError
from scapa.files import replacing


def write_table(path: Path, table: pa.Table) -> None:
    """Write a Parquet file, whole or not at all."""
    with replacing(path) as temporary:
        pq.write_table(table, temporary, compression="zstd", row_group_size=5_000, write_page_checksum=True)


def is_there(path: Path) -> bool:
    """Whether a data file exists and holds something."""
    return path.is_file() and path.stat().st_size > 0


def read_table(path: Path, columns: Sequence[str] | None = None) -> pa.Table:
    """Read a Parquet file. Raises `HomeError` if it is missing or damaged."""
    try:
        return pq.read_table(path, columns=columns, partitioning=None, page_checksum_verification=True)
    except (OSError, pa.ArrowInvalid) as error:
        cached = path.parent.name in ("judgements", "decisions")
        then = "delete it and run: scapa curate" if cached else "restore it from a backup of the home"
        raise HomeError("a data file is missing or damaged", where=str(path), next=then) from error
