"""The network, held to an independent implementation of the same architecture."""

import numpy as np
import pytest
import torch

from scapa.lab.language.llama import as_llama
from scapa.lab.language.network import Shape, cast, causal, hidden, logits, losses

SHAPES = [Shape(300, 32, 2, 4, 48), Shape(300, 64, 1, 4, 96, groups=2, theta=100_000.0), Shape(300, 32, 1, 2, 64, 2)]


def made_up(shape, seed=0):
    """Weights of any size and sign, so that no norm or bias hides an error."""
    rng = torch.Generator().manual_seed(seed)
    return {name: w + 0.3 * torch.randn(w.shape, generator=rng) for name, w in shape.fresh(rng).items()}


@pytest.mark.parametrize("shape", SHAPES)
def test_logits_are_those_of_transformers_llama(shape):
    model, ids = made_up(shape), torch.randint(300, (3, 40), generator=torch.Generator().manual_seed(1))
    with torch.no_grad():
        ours = logits(model, hidden(shape, model, ids, causal))
        theirs = as_llama(shape, model, 64)(input_ids=ids).logits
    assert float((ours - theirs).abs().max()) < 1e-4 * float(theirs.abs().max())


@pytest.mark.parametrize("shape", SHAPES)
def test_parameters_are_counted(shape):
    assert sum(weight.numel() for weight in shape.fresh(torch.Generator()).values()) == shape.parameters


def test_what_comes_later_does_not_matter():
    shape = SHAPES[0]
    model = made_up(shape)
    ids = torch.arange(20)[None] + torch.tensor([[0], [0]])
    ids[1, 12:] += 100
    found = logits(model, hidden(shape, model, ids, causal))
    assert torch.allclose(found[0, :12], found[1, :12], atol=1e-5)
    assert not torch.allclose(found[0, 12], found[1, 12], atol=1e-2)


def test_losses_are_minus_log_probabilities_of_the_next_token():
    shape = SHAPES[0]
    model, ids = made_up(shape), torch.randint(300, (2, 10))
    shares = logits(model, hidden(shape, model, ids, causal)).log_softmax(-1)
    wanted = [[-float(shares[b, i, ids[b, i + 1]]) for i in range(9)] for b in range(2)]
    assert np.allclose(losses(shape, model, ids).numpy(), wanted, atol=1e-5)


def test_gradients_reach_the_weights_through_a_cast():
    shape = SHAPES[0]
    model = {name: weight.requires_grad_() for name, weight in made_up(shape).items()}
    losses(shape, cast(model, torch.bfloat16), torch.randint(300, (2, 10))).mean().backward()
    assert all(weight.grad is not None and weight.grad.abs().sum() > 0 for weight in model.values())
