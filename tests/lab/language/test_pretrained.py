"""A pretrained base as an author: any causal language model in a folder, tuned whole, written with by `generate`."""

from dataclasses import replace
from shutil import copytree

import numpy as np
import pytest
import torch

from scapa.errors import InputError, UsageError
from scapa.lab import perform, preset
from scapa.lab.desk import Desk
from scapa.lab.language.author import Small
from scapa.lab.language.decoding import Decoding
from scapa.lab.language.llama import as_llama, of_llama
from scapa.lab.language.network import Shape
from scapa.lab.language.pretrained import Pretrained, Subwords, author_of, open_base
from scapa.lab.language.stage import set_up
from scapa.lab.language.tokens import Bytepairs
from scapa.lab.language.training import Course
from scapa.lab.speeches import speech_texts
from scapa.model.base import _local
from scapa.seal.canonical import file_digest
from scapa.store.run import run_folder

SHAPE = Shape(300, 32, 1, 2, 64)


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """A folder as the hub gives it: a tiny Llama and its tokenizer."""
    from transformers import PreTrainedTokenizerFast

    found = tmp_path_factory.mktemp("base")
    tokens = Bytepairs.train(speech_texts()[200:210], 299)
    tokenizer = PreTrainedTokenizerFast(tokenizer_object=tokens.tokenizer, eos_token="<|endoftext|>")
    tokenizer.save_pretrained(found)
    as_llama(SHAPE, start(), 256).save_pretrained(found)
    return found


def start():
    rng = torch.Generator().manual_seed(0)
    return {name: w + 0.1 * torch.randn(w.shape, generator=rng) for name, w in SHAPE.fresh(rng).items()}


def authors(folder):
    return Pretrained.of(open_base(str(folder), folder), torch.float32), Small(SHAPE, start(), torch.float32)


BLOCKS = (np.arange(40 * 16, dtype=np.int32).reshape(40, 16) * 7) % 250


def test_it_reads_and_learns_as_the_labs_own_network_of_the_same_weights(folder):
    hub, own = authors(folder)
    assert np.allclose(hub.losses(hub.start, BLOCKS), own.losses(own.start, BLOCKS), atol=1e-4)
    course = Course(6, 8, 1e-2)
    first, second = (author.learn(BLOCKS, course, np.random.default_rng(1)) for author in (hub, own))
    before = own.losses(own.start, BLOCKS).mean()
    assert np.allclose(hub.losses(first, BLOCKS), own.losses(second, BLOCKS), atol=2e-2)
    assert hub.losses(first, BLOCKS).mean() < before - 0.5
    assert hub.losses(hub.start, BLOCKS).mean() == pytest.approx(before, abs=1e-4)
    hub.losses(first, BLOCKS)
    again = hub.learn(BLOCKS, course, np.random.default_rng(1))
    assert all(torch.equal(first[name], again[name]) for name in first)


@pytest.mark.parametrize("law", [{"beams": 5}, {"beams": 3, "penalty": 2.0}])
def test_its_search_is_the_labs_own(folder, law):
    hub, own = authors(folder)
    prompts = BLOCKS[:30, :9]
    texts = [a.write(a.start, prompts, 8, Decoding(**law), np.random.default_rng(0)) for a in (hub, own)]
    assert texts[0].tolist() == texts[1].tolist()


def test_a_seed_fixes_its_samples(folder):
    hub, _ = authors(folder)
    first, again, other = (
        hub.write(hub.start, BLOCKS[:5], 8, Decoding(top_p=0.9), np.random.default_rng(seed)).tolist()
        for seed in (1, 1, 2)
    )
    assert first == again
    assert first != other


def test_a_llama_becomes_the_labs_own_network_and_any_other_stays(folder, monkeypatch):
    base = open_base(str(folder), folder)
    own = author_of(base, torch.float32)
    assert own.shape == SHAPE
    assert all(torch.equal(own.start[name], weight) for name, weight in start().items())
    network = base.network(torch.float32)
    network.config.tie_word_embeddings = False
    assert of_llama(network) is None
    monkeypatch.setattr(torch.cuda, "is_available", lambda: True)
    monkeypatch.setattr(Pretrained, "of", lambda base, dtype: "on the GPU")
    assert author_of(base, torch.float32) == "on the GPU"


def test_a_base_is_kept_where_it_is_told_and_nowhere_else(tmp_path, monkeypatch):
    monkeypatch.setattr("scapa.lab.language.pretrained.prepare_base", lambda name, folder: (name, folder))
    assert open_base("smollm2-135m", tmp_path) == ("smollm2-135m", tmp_path)
    with pytest.raises(UsageError, match="needs a folder"):
        open_base("smollm2-135m", None)


def test_another_base_in_the_same_folder_is_another_run(folder, tmp_path):
    own = copytree(folder, tmp_path / "base")
    config, desk = preset("language", "smoke", base=str(own)), Desk(bases=tmp_path / "bases")
    before = config.reads(desk)
    assert before == {"base": _local(own).bill["files"]}
    (own / "config.json").write_text((own / "config.json").read_text() + " ")
    with pytest.raises(InputError, match="base changed"):
        set_up(config, Desk(tmp_path / "run" / "planner", bases=desk.bases, data=before))
    assert run_folder(tmp_path, config, before) != run_folder(tmp_path, config, config.reads(desk))


def test_its_tokenizer_gives_texts_back(folder):
    tokens = Subwords(open_base(str(folder), folder).tokens())
    assert tokens.decode(tokens.encode("Fellow citizens, ½")) == "Fellow citizens, ½"
    assert max(tokens.encode("the state of the union")) < tokens.vocabulary == 300


def test_the_papers_set_up_runs_on_a_small_base(folder, tmp_path):
    config = preset(
        "language", "paper", base=str(folder), documents=24, generations=2, replicates=1, size=64, epochs=1.0,
        mixed_epochs=1.0, held_out=128, probes=128, precision="float32", regimes=("mix:0.1",), controls=(), beams=2,
        rate=1e-3,
    )  # fmt: skip
    run = perform(replace(config, block=16, prompt=16), tmp_path, jobs=1, bases=tmp_path / "bases")
    assert run.config["data"]["base"]["model.safetensors"] == file_digest(folder / "model.safetensors")
    assert {(row.regime, row.arm, row.generation) for row in run.rows} == {
        ("mix:0.1", "loop", 1),
        ("mix:0.1", "loop", 2),
    }
    assert run.plots[0].reference
