"""From texts to what the lab resamples."""

import numpy as np
import pytest

from scapa.lab.texts import log_sentence_lengths, word_counts


def test_words_come_commonest_first_with_their_counts():
    found, counts = word_counts(["The cat saw the dog.", "A dog!"])
    assert found == ["dog", "the", "a", "cat", "saw"]
    assert counts.tolist() == [2, 2, 1, 1, 1]


def test_sentences_end_at_stops_and_blank_lines_and_not_inside_numbers():
    text = 'He said: "Stop it." Then 3.14 men left?! Yes…\n\nA title\n\nLast one (really.) End'
    assert np.exp(log_sentence_lengths([text])) == pytest.approx([4, 5, 1, 2, 3, 1])
    assert np.exp(log_sentence_lengths(["One two\nthree.", "…", ""])) == pytest.approx([3])


def test_nothing_gives_nothing():
    assert word_counts([])[0] == []
    assert len(log_sentence_lengths([""])) == 0
