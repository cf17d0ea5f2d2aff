import pytest

from scapa.errors import CheckFailed, UsageError
from scapa.model.generate import Sampling, Writer, _draw, sample
from scapa.model.parts import torch


@pytest.fixture(scope="module")
def writer(tiny):
    return Writer.load(tiny, threads=1)


def rng(seed=0):
    return torch.Generator().manual_seed(seed)


def test_each_text_is_recorded_before_any_is_returned(writer):
    recorded = []

    def record(text, prompt):
        recorded.append((text, prompt))
        return f"g{len(recorded)}"

    found = writer.write("Anchor", n=3, max_new_tokens=7, record=record)
    assert [(o.text, "Anchor") for o in found] == recorded
    assert [o.generation_id for o in found] == ["g1", "g2", "g3"]
    assert len({o.text for o in found}) == 3


def test_a_failing_record_lets_no_text_out(writer):
    class Full(Exception):
        pass

    def record(text, prompt):
        raise Full

    with pytest.raises(Full):
        writer.write("Anchor", n=2, max_new_tokens=3, record=record)


def test_the_seed_decides(writer):
    def texts(seed):
        sampling = Sampling(seed=seed)
        return [o.text for o in writer.write("A", n=2, max_new_tokens=8, record=lambda *_: "g", sampling=sampling)]

    assert texts(1) == texts(1)
    assert texts(1) != texts(2)


def test_greedy_equals_the_model_without_a_cache(writer):
    ids = [0, 40, 41, 42]
    wanted = list(ids)
    with torch.no_grad():
        for _ in range(6):
            wanted.append(int(writer.network(input_ids=torch.tensor([wanted]), use_cache=False).logits[0, -1].argmax()))
    assert sample(writer.network, [ids], (), 6, Sampling(temperature=0)) == [wanted[4:]]


def test_it_stops_at_a_stop(writer):
    free = sample(writer.network, [[0, 40]] * 4, (), 12, Sampling(seed=3))
    stop = free[0][5]
    found = sample(writer.network, [[0, 40]] * 4, (stop,), 12, Sampling(seed=3))
    assert found == [row[: row.index(stop)] if stop in row else row for row in free]
    assert len(found[0]) <= 5


def test_draws_follow_the_softmax():
    logits = torch.tensor([1.0, 2.0, 0.0, -1.0])
    found = _draw(logits.expand(40_000, 4), Sampling(temperature=2.0), rng())
    shares = torch.bincount(found, minlength=4) / 40_000
    torch.testing.assert_close(shares, torch.softmax(logits / 2, 0), atol=0.01, rtol=0)


def test_top_p_keeps_the_token_that_crosses_it():
    logits = torch.tensor([0.1, 0.5, 0.3, 0.1]).log()
    found = _draw(logits.expand(20_000, 4), Sampling(top_p=0.7), rng())
    shares = torch.bincount(found, minlength=4) / 20_000
    torch.testing.assert_close(shares, torch.tensor([0.0, 0.625, 0.375, 0.0]), atol=0.02, rtol=0)


def test_zero_probability_is_never_drawn():
    logits = torch.tensor([-1e4, 0.0, 0.0, -1e4])  # infinities are refused, underflow is not
    assert set(_draw(logits.expand(5_000, 4), Sampling(), rng()).tolist()) == {1, 2}


def test_refusals(writer):
    with pytest.raises(CheckFailed, match="finite"):
        _draw(torch.tensor([[float("nan"), 0.0]]), Sampling(), rng())
    with pytest.raises(UsageError, match="one length"):
        sample(writer.network, [[0], [0, 1]], (), 3, Sampling())
    with pytest.raises(UsageError, match="top_p"):
        sample(writer.network, [[0]], (), 3, Sampling(top_p=0))
    with pytest.raises(UsageError, match="one text"):
        writer.write("x", n=0, record=lambda *_: "g")
    with pytest.raises(UsageError, match="512 tokens"):
        writer.write("x" * 600, record=lambda *_: "g")
