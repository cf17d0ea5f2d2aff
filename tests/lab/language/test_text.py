"""Real text: whole documents held out, prompts that come before their blocks, files and data sets of several kinds."""

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from scapa.errors import InputError, UsageError
from scapa.lab.language.reading import documents
from scapa.lab.language.text import pairs, part, windows
from scapa.lab.language.tokens import Bytepairs
from scapa.lab.speeches import speech_texts


def test_the_earlier_half_is_the_bases_and_every_eighth_of_the_rest_is_held_out():
    found = part([f"{n:03}" for n in range(32)], 0.5)
    assert found.base == tuple(f"{n:03}" for n in range(16))
    assert found.held_out == ("020", "028")
    assert sorted((*found.base, *found.train, *found.held_out)) == [f"{n:03}" for n in range(32)]


def test_no_base_share_leaves_all_to_the_rest_and_given_held_out_documents_stay_that():
    assert part(["a"] * 8, 0.0).base == ()
    found = part(["a", "b"], 0.0, ("c",))
    assert (found.train, found.held_out) == (("a", "b"), ("c",))


def test_too_few_documents_are_refused():
    with pytest.raises(UsageError):
        part(["a", "b"], 0.5)
    with pytest.raises(UsageError):
        part([], 0.5)


def test_a_pair_is_a_block_and_what_came_before_it_in_its_document():
    found = pairs([np.arange(100, dtype=np.int32), np.arange(200, 210, dtype=np.int32)], 6, 8)
    assert found.prompts.shape == (11, 6)
    assert found.blocks.ravel().tolist() == list(range(6, 94))
    assert (found.prompts[:, -1] + 1 == found.blocks[:, 0]).all()
    assert found.spread(3).blocks[:, 0].tolist() == [6, 6 + 3 * 8, 6 + 7 * 8]
    assert len(found.spread(99)) == 11


def test_short_documents_give_no_pair_and_no_window():
    with pytest.raises(InputError):
        pairs([np.arange(13, dtype=np.int32)], 6, 8)
    with pytest.raises(InputError):
        windows([np.arange(9, dtype=np.int32)], 10)


def test_windows_cut_the_documents_end_to_end():
    found = windows([np.arange(7, dtype=np.int32), np.arange(7, 23, dtype=np.int32)], 10)
    assert found.ravel().tolist() == list(range(20))


def test_any_text_comes_back_from_its_tokens():
    tokens = Bytepairs.train(["the cat sat on the mat", "the hat"] * 20, 290)
    assert tokens.vocabulary == 290 or tokens.vocabulary < 290
    again = Bytepairs.load(tokens.dump())
    for text in ("the cat", "Zoë: ½ – 日本\n\n tab\t!", ""):
        assert tokens.decode(tokens.encode(text)) == text
        assert again.encode(text).tolist() == tokens.encode(text).tolist()
    assert len(tokens.encode("the cat sat on the mat")) < 12


def test_speeches_come_oldest_first():
    found = speech_texts()
    assert len(found) == 249
    assert "I embrace with great satisfaction" in found[0]
    assert documents("sotu") == (found, ())


def test_files_of_a_data_set_keep_its_own_split(tmp_path):
    (tmp_path / "wiki.train.tokens").write_text("train\n")
    (tmp_path / "wiki.valid.tokens").write_text("valid\n")
    (tmp_path / "wiki.test.tokens").write_text("test\n")
    assert documents(str(tmp_path)) == (("train\n",), ("test\n",))


def test_a_folder_without_a_split_is_documents_and_a_table_is_one(tmp_path):
    (tmp_path / "b.txt").write_text("b")
    (tmp_path / "a.txt").write_text("a")
    (tmp_path / "notes.pdf").write_text("no")
    pq.write_table(pa.table({"text": ["", " = Title = \n", "line", None]}), tmp_path / "c.parquet")
    assert documents(str(tmp_path)) == (("a", "b", " = Title = \nline\n"), ())
    assert documents(str(tmp_path / "a.txt")) == (("a",), ())


def test_a_place_without_text_is_refused(tmp_path):
    with pytest.raises(InputError):
        documents(str(tmp_path))
    pq.write_table(pa.table({"words": ["a"]}), tmp_path / "c.parquet")
    with pytest.raises(InputError):
        documents(str(tmp_path))


def test_a_file_that_is_no_text_is_told_by_its_name(tmp_path):
    (tmp_path / "a.txt").write_text("a")
    (tmp_path / "b.txt").write_bytes("Grüße".encode("latin-1"))
    with pytest.raises(InputError, match="not UTF-8") as caught:
        documents(str(tmp_path))
    assert caught.value.where == str(tmp_path / "b.txt")
    (tmp_path / "b.txt").unlink()
    pq.write_table(pa.table({"text": [[1], [2]]}), tmp_path / "c.parquet")
    with pytest.raises(InputError, match="no column of texts"):
        documents(str(tmp_path))
