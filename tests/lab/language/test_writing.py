"""Batched writing: the cache says what a full pass says, the law is the model's, the search is transformers' search."""

import numpy as np
import pytest
import torch

from scapa.errors import UsageError
from scapa.lab.language.decoding import Decoding
from scapa.lab.language.llama import as_llama
from scapa.lab.language.network import Shape, causal, hidden, logits
from scapa.lab.language.writing import Cache, write

SHAPE = Shape(60, 32, 2, 4, 48, groups=2)


def made_up(seed=0, shape=SHAPE):
    rng = torch.Generator().manual_seed(seed)
    return {name: w + 0.25 * torch.randn(w.shape, generator=rng) for name, w in shape.fresh(rng).items()}


def prompts(n=5, length=7):
    return torch.randint(60, (n, length), generator=torch.Generator().manual_seed(3))


def test_the_cache_gives_what_a_full_pass_gives():
    model, ids = made_up(), prompts(4, 15)
    cache = Cache.empty(SHAPE, 4, 15)
    with torch.inference_mode():
        whole = logits(model, hidden(SHAPE, model, ids, causal))
        parts = [cache.advance(SHAPE, model, ids[:, :6])]
        parts += [cache.advance(SHAPE, model, ids[:, at : at + 1]) for at in range(6, 15)]
    assert torch.allclose(torch.stack(parts, 1), whole[:, 5:], atol=1e-4)


@pytest.mark.parametrize("law", [{}, {"temperature": 0.7}, {"top_k": 5}, {"top_p": 0.6}, {"top_k": 9, "top_p": 0.8}])
def test_draws_follow_the_law_of_transformers_warpers(law):
    from transformers import LogitsProcessorList, TemperatureLogitsWarper, TopKLogitsWarper, TopPLogitsWarper

    row = 2 * torch.randn(1, 30, generator=torch.Generator().manual_seed(5))
    makers = {"temperature": TemperatureLogitsWarper, "top_k": TopKLogitsWarper, "top_p": TopPLogitsWarper}
    warped = LogitsProcessorList([makers[name](value) for name, value in law.items()])(None, row.clone())
    share = warped.softmax(1)[0].numpy().astype(float)
    n = 40_000
    drawn = Decoding(**law).draw(row.expand(n, -1).clone(), torch.Generator().manual_seed(6))
    counts = np.bincount(drawn.numpy(), minlength=30)
    assert (counts[share == 0] == 0).all()
    error = np.sqrt(n * share * (1 - share)) + 1e-9
    assert (np.abs(counts - n * share) < 5 * error + 1e-6).all()


def test_the_second_token_is_drawn_given_the_first():
    """Texts of two tokens after one prompt have the law p(a) p(b|a)."""
    model, n = made_up(2), 20_000
    prompt = prompts(1, 4)
    found = write(SHAPE, model, prompt.expand(n, -1), 2, Decoding(temperature=0.5), torch.Generator().manual_seed(1))
    first = int(torch.mode(found[:, 0]).values)
    after = found[found[:, 0] == first, 1]
    with torch.inference_mode():
        ids = torch.cat([prompt, torch.tensor([[first]])], 1)
        share = (logits(model, hidden(SHAPE, model, ids, causal))[0, -1] / 0.5).softmax(0).numpy()
    counts = np.bincount(after.numpy(), minlength=60)
    assert len(after) > 500
    assert (np.abs(counts - len(after) * share) < 5 * np.sqrt(len(after) * share) + 1).all()


@pytest.mark.parametrize("penalty", [1.0, 1.7])
def test_the_search_finds_what_transformers_search_finds(penalty):
    model = made_up(4)
    given = prompts(6, 9)
    ours = write(SHAPE, model, given, 12, Decoding(beams=5, penalty=penalty), torch.Generator())
    theirs = as_llama(SHAPE, model, 64).generate(
        given, attention_mask=torch.ones_like(given), max_new_tokens=12, min_new_tokens=12, num_beams=5,
        do_sample=False, repetition_penalty=penalty, pad_token_id=0,
    )  # fmt: skip
    assert ours.tolist() == theirs[:, 9:].tolist()


def test_a_penalty_is_that_of_transformers():
    model, given = made_up(7), prompts(6, 9)
    ours = write(SHAPE, model, given, 12, Decoding(top_k=1, penalty=1.5), torch.Generator())
    theirs = as_llama(SHAPE, model, 64).generate(
        given, attention_mask=torch.ones_like(given), max_new_tokens=12, do_sample=False, repetition_penalty=1.5,
        pad_token_id=0,
    )  # fmt: skip
    assert ours.tolist() == theirs[:, 9:].tolist()


def test_rows_beyond_one_batch_are_written_in_order(monkeypatch):
    monkeypatch.setattr("scapa.lab.language.writing.BATCH", 4)
    model, given = made_up(), prompts(11, 5)
    greedy = Decoding(top_k=1)
    parts = write(SHAPE, model, given, 6, greedy, torch.Generator())
    alone = torch.cat([write(SHAPE, model, row[None], 6, greedy, torch.Generator()) for row in given])
    assert parts.tolist() == alone.tolist()


def test_a_seed_fixes_the_text_and_another_changes_it():
    model, given = made_up(), prompts(8, 5)
    first, again, other = (
        write(SHAPE, model, given, 9, Decoding(), torch.Generator().manual_seed(seed)).tolist() for seed in (1, 1, 2)
    )
    assert first == again
    assert first != other


@pytest.mark.parametrize("law", [{"temperature": 0}, {"top_p": 0}, {"top_p": 1.1}, {"beams": 0}, {"top_k": -1}])
def test_laws_that_cannot_be_are_refused(law):
    with pytest.raises(UsageError):
        Decoding(**law)
