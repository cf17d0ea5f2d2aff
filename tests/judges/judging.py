"""What tests of several judges share: documents as a batch, and a judge run with what it needs."""

import pyarrow as pa

from scapa.judges import JUDGES
from scapa.store.schema import DOCUMENTS, document_rows

NOW = 1_750_000_000_000_000


def batch_of(documents):
    """Return (id, document) pairs as the batch that judges see."""
    table = document_rows(documents, NOW).combine_chunks()
    return table.to_batches()[0] if len(table) else pa.RecordBatch.from_pylist([], schema=DOCUMENTS)


def run(name, batch, judged=None):
    """Judge with everything that `name` needs judged first; `judged` keeps the judgements by name."""
    judged = {} if judged is None else judged
    if name not in judged:
        judge, given = JUDGES.make(name)[0], batch
        for need in judge.needs:
            given = given.append_column(need, run(need, batch, judged).to_struct_array())
        judged[name] = judge.judge(given)
    return judged[name]
