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


def read_table(path: Path, columns: Sequence[str] | None = None) -> pa.Table:
    """Read a Parquet file. Raises `HomeError` if it is missing or damaged."""
    try:
        return pq.read_table(path, columns=columns, partitioning=None, page_checksum_verification=True)
    except (OSError, pa.ArrowInvalid) as error:
        raise HomeError(
            "a data file is missing or damaged",
            where=str(path),
            next="restore it from a backup, or add the source again",
        ) from error
