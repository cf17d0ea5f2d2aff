import copy

import pytest

from scapa.errors import InputError
from scapa.model.network import Excerpt, Stack
from scapa.model.parts import torch
from scapa.model.train import Training, adapt


@pytest.fixture(scope="module")
def network(tiny):
    return tiny.network(torch.float32)


def batch(vocabulary=257, seed=0):
    rng = torch.Generator().manual_seed(seed)
    ids = torch.randint(1, vocabulary, (3, 40), generator=rng)
    target = torch.rand(3, 40, generator=rng) < 0.7
    target[:, 0] = False
    return ids, target


@pytest.mark.parametrize("frozen", [0, 1, 3])
def test_halves_compute_what_the_whole_does(network, frozen):
    ids, target = batch()
    with torch.no_grad():
        logits = network(input_ids=ids).logits
    flat = torch.nn.functional.cross_entropy(logits[:, :-1].reshape(-1, 257), ids[:, 1:].reshape(-1), reduction="none")
    wanted = torch.nn.functional.pad(flat.view(3, 39), (1, 0)) * target
    stack = Stack.cut(network, frozen)
    losses, _ = stack.head(stack.upper(stack.lower(ids)), ids, target, slope=False)
    torch.testing.assert_close(losses, wanted, atol=2e-4, rtol=1e-4)


def test_the_slope_is_autograds(network):
    ids, target = batch()
    stack = Stack.cut(network, 2)
    final = stack.upper(stack.lower(ids)).detach().requires_grad_()
    logits = torch.nn.functional.linear(final, stack.output.detach())
    flat = torch.nn.functional.cross_entropy(logits[:, :-1].reshape(-1, 257), ids[:, 1:].reshape(-1), reduction="none")
    (flat.view(3, 39) * target[:, 1:]).sum().backward()
    _, slope = stack.head(final, ids, target)
    torch.testing.assert_close(slope, final.grad, atol=1e-4, rtol=1e-3)


def test_an_excerpt_of_everything_is_the_full_softmax(network):
    ids, target = batch()
    stack = Stack.cut(network, 2)
    final = stack.upper(stack.lower(ids))
    full = stack.head(final, ids, target)
    whole = Excerpt.draw(stack.output, ids.unique(), 257, torch.Generator())
    for ours, theirs in zip(stack.head(final, ids, target, excerpt=whole), full, strict=True):
        torch.testing.assert_close(ours, theirs, atol=2e-4, rtol=1e-3)


def test_an_excerpt_estimates_the_normaliser_without_bias(network):
    ids, target = batch(vocabulary=30)
    stack = Stack.cut(network, 2)
    final = stack.upper(stack.lower(ids)).detach() / 8  # flatter, so that the estimate is not all noise
    rng = torch.Generator().manual_seed(1)
    logits = torch.nn.functional.linear(final, stack.output.detach())
    own = logits.gather(-1, ids.roll(-1, 1)[..., None])[..., 0][:, :-1]
    drawn = [Excerpt.draw(stack.output, ids.unique(), 40, rng) for _ in range(200)]
    scale = [
        (stack.head(final, ids, target, slope=False, excerpt=e)[0][:, 1:] + own * target[:, 1:]).exp() for e in drawn
    ]
    ratio = torch.stack(scale).mean(0) / logits[:, :-1].logsumexp(-1).exp()
    assert ratio[target[:, 1:]].mean().item() == pytest.approx(1, abs=0.03)


def test_a_model_that_scales_its_embeddings_is_refused(network):
    class Scaled(torch.nn.Module):
        def __init__(self, inner):
            super().__init__()
            self.inner, self.model = inner, inner.model

        def get_output_embeddings(self):
            return self.inner.get_output_embeddings()

        def forward(self, input_ids, **more):
            found = copy.copy(self.inner(input_ids=input_ids, **more))
            found.logits = found.logits * 2
            return found

    with pytest.raises(InputError, match="cannot be cut"):
        Stack.cut(Scaled(network), 2)


def test_a_new_adapter_changes_nothing_and_only_upper_layers_learn(tiny):
    ids, target = batch()
    network = tiny.network(torch.float32)
    with torch.no_grad():
        before = network(input_ids=ids).logits
    stack = adapt(network, 4, Training(frozen=0.5), 0)
    with torch.no_grad():
        assert torch.equal(stack.model(input_ids=ids).logits, before)
    assert stack.frozen == 2
    learning = [name for name, weight in stack.model.named_parameters() if weight.requires_grad]
    assert {name.split("layers.")[1][0] for name in learning} == {"2", "3"}
    assert len(learning) == 2 * 7 * 2
    final = stack.upper(stack.lower(ids))
    final.backward(stack.head(final, ids, target)[1])
    assert all(weight.grad is not None for name, weight in stack.model.named_parameters() if "lora_B" in name)
