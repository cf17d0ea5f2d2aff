"""Evaluations: what a document shares with evaluation sets, so that no model is tested on what it was trained on."""

from __future__ import annotations

from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from scapa.judges import JUDGES, Column
from scapa.judges.columnar import Columnar
from scapa.judges.evaluation_index import Found, find
from scapa.settings import read_settings

if TYPE_CHECKING:
    import numpy as np
    import pyarrow as pa
    from numpy.typing import NDArray

    from scapa.text.known_runs import Index


@JUDGES.register
class Evaluations(Columnar):
    """Runs of words (13, or `curate.evaluation_words`) that the text outside the spans of `quotes` shares with a set.

    `curate.evaluations` names a folder; each file or subfolder in it (text, JSON, JSONL, Parquet) is a set. Without the
    setting there is nothing to find. Words are compared without case, accents and punctuation.
    """

    name = "evaluations"
    version = 1
    learns = True
    needs = ("quotes",)
    source = "runs of 13 words as in Brown et al. 2020 (GPT-3, appendix C); own index of 64-bit hashes"
    failures = (
        "a question of fewer words than a run has none, and is never found: lower `curate.evaluation_words`",
        "paraphrases, translations and numbers that were changed leave no run",
        "licences, headings and proverbs that a set quotes are found in everyone who quotes them",
    )
    columns = {
        "sets": Column("texts", "names of the sets with which a run of words is shared"),
        "share": Column("float", "share of own words that lie in a shared run"),
        "longest_run": Column("int", "words of the longest shared stretch; 0, or as many as a run has at least"),
    }

    def __init__(self, home: Path | None = None) -> None:
        self._home = home

    @cached_property
    def _found(self) -> Found | None:
        curate = read_settings(self._home / "scapa.toml").curate if self._home else None
        if self._home is None or curate is None or not curate.evaluations:
            return None
        return find(self._home, (self._home / Path(curate.evaluations).expanduser()), curate.evaluation_words)

    @cached_property
    def _index(self) -> Index | None:
        return self._found.load() if self._found and self._found.runs else None

    def data(self) -> tuple[str, ...]:
        return (self._found.digest,) if self._found else ()

    def arrays(self, batch: pa.RecordBatch) -> list[pa.Array]:
        import pyarrow as pa

        names, share, longest = self._overlaps(batch)
        return [pa.array(names, pa.list_(pa.string())), pa.array(share), pa.array(longest)]

    def _overlaps(self, batch: pa.RecordBatch) -> tuple[list[list[str]], NDArray[np.float64], NDArray[np.int64]]:
        import numpy as np

        if self._found is None or self._index is None:
            return [[]] * len(batch), np.zeros(len(batch)), np.zeros(len(batch), np.int64)
        from scapa.text.kernels import tokenise
        from scapa.text.known_runs import overlap
        from scapa.text.own import kept, outside, ranges

        tokens = tokenise(batch.column("text"))
        own = kept(tokens, outside(tokens, *ranges(batch.column("quotes").field("spans"))))
        found = overlap(self._index, own.hashes, own.first, len(self._found.names))
        named = [
            [self._found.names[n] for n in np.flatnonzero(row)] if hit else []
            for row, hit in zip(found.sets, found.covered > 0, strict=True)
        ]
        return named, found.covered / np.maximum(np.diff(own.first), 1), found.longest
