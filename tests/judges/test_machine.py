"""The machine judge: signals that mean what they say, and no policy that rejects by them."""

from __future__ import annotations

import time

import numpy as np
import pytest

from scapa.corpus.policy import columns, load_policy, presets
from scapa.judges import JUDGES
from scapa.judges.machine import Machine, function_words, measures
from scapa.judges.machine_words import (
    COMMON,
    CONTRACTIONS,
    FIRST_PERSON,
    FUNCTION,
    MARKERS,
    PHRASES,
    SELF,
    listed,
    phrases,
)
from scapa.records import Document
from scapa.store.schema import document_rows
from scapa.text.words import words


def batch_of(documents):
    return document_rows(documents, 0).combine_chunks().to_batches()[0]


def run(name, batch):
    judge = JUDGES.make(name)[0]
    for need in judge.needs:
        batch = batch.append_column(need, run(need, batch).to_struct_array())
    return judge.judge(batch)


def judged(text: str, kind: str = "document") -> dict[str, object]:
    return run("machine", batch_of([("0" * 64, Document(kind, text))])).to_pylist()[0]


def test_signals_of_assistants_prose():
    found = judged("As an AI language model, I delve into the intricate tapestry. I hope this helps!")
    assert (found["words"], found["markers"], found["self_reference"]) == (15, 3, 1)
    assert found["excess"] == pytest.approx(200)
    assert found["phrases"] == pytest.approx(1_000 / 15)


def test_quoted_words_are_not_the_authors():
    found = judged("no idea, sorry\n\n> As an AI language model, I delve into it\n", "mail")
    assert (found["words"], found["markers"], found["self_reference"]) == (3, 0, 0)


def test_a_text_without_words_has_noughts():
    assert {v for k, v in judged("…").items() if k not in ("error", "function_words")} == {0}


def test_what_cannot_be_judged_is_null():
    import pyarrow as pa

    batch = batch_of([("0" * 64, Document("document", "good day"))] * 2)
    quotes = run("quotes", batch).to_pylist()
    quotes[0] = dict.fromkeys(quotes[0]) | {"error": "BadSpan"}
    batch = batch.append_column("quotes", pa.array(quotes, run("quotes", batch).to_struct_array().type))
    first, second = Machine().judge(batch).to_pylist()
    assert first.pop("error") == "Unjudged"
    assert set(first.values()) == {None}
    assert (second["error"], second["words"]) == (None, 2)


def test_the_lists_are_words_as_texts_have_them():
    for table in (MARKERS, COMMON, CONTRACTIONS, FIRST_PERSON, FUNCTION):
        assert all(words(word) == [word] for word in listed(table))
        assert len(set(listed(table))) == len(listed(table))
    assert not set(listed(MARKERS)) & set(listed(COMMON))
    assert all(len(phrase) >= 3 for table in (PHRASES, SELF) for phrase in phrases(table))


@pytest.mark.parametrize("preset", presets())
def test_no_preset_rejects_or_masks_by_a_detector(preset):
    """Detectors only queue for review: a threshold set on one source calls a half of another one's people machines."""
    policy = load_policy(preset)
    assert "machine" not in columns([policy.target])
    by_detector = [rule for rule in policy.rules if "machine" in columns([rule.when])]
    assert {rule.action for rule in by_detector} <= {"review"}


def test_time_grows_as_the_text_does():
    def seconds(text: str) -> float:
        judged(text)
        started = time.process_time()
        judged(text)
        return time.process_time() - started

    for piece in ("as an ", "hope this ", "- \n", "i hope this email finds ", "delve. ", "a" * 50, "\u2014"):
        size = 200_000 // len(piece)
        assert seconds(piece * 4 * size) < 8 * max(seconds(piece * size), 0.005), piece


def test_function_words_that_do_not_fit_are_cut():
    counts = np.full((1, 200), 1e6)
    assert function_words(counts).max() == 65_535
    assert measures(counts)["words"][0] == 1e6
