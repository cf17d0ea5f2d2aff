"""The network has the paper's shape, its loss is the evidence bound, and a seed fixes a training bit for bit."""

import math

import pytest
import torch

from scapa.lab.vae.network import Shape, Training, Vae, draw, evidence, latent_means, loss, train

SMALL = Shape(side=8, capacity=4, latents=3)


def a_network(seed=1, shape=SMALL):
    return Vae(shape, seed).requires_grad_(False).eval()


def test_the_papers_network_has_the_parameters_that_the_authors_print():
    network = Vae(Shape(28, 64, 20))
    assert sum(weights.numel() for weights in network.parameters()) == 647_081
    mean, log_variance = network.encoder(torch.rand(3, 28, 28))
    assert mean.shape == log_variance.shape == (3, 20)
    assert network.decoder(mean).shape == (3, 28, 28)


def test_the_loss_is_cross_entropy_plus_divergence_summed():
    odds, pictures = torch.tensor([[[0.0, math.log(3)]]]), torch.tensor([[[0.5, 0.25]]])
    told = math.log(2) - 0.25 * math.log(0.75) - 0.75 * math.log(0.25)
    still = torch.zeros(1, 1)
    assert loss(odds, pictures, still, still).item() == pytest.approx(told)
    mean, log_variance = torch.tensor([[1.0, -2.0]]), torch.tensor([[0.0, math.log(4)]])
    divergence = 0.5 * (1 + 4 + 1 + 4 - 2 - math.log(4))
    assert loss(odds, pictures, mean, log_variance).item() == pytest.approx(told + divergence)
    assert loss(odds, pictures, mean, log_variance, 0.1).item() == pytest.approx(told + 0.1 * divergence)
    twice = [torch.cat([part, part]) for part in (odds, pictures, mean, log_variance)]
    assert loss(*twice).item() == pytest.approx(2 * (told + divergence))


def test_the_divergence_is_torchs_own():
    generator = torch.Generator().manual_seed(3)
    mean, log_variance = torch.randn(5, 3, generator=generator), torch.randn(5, 3, generator=generator)
    theirs = torch.distributions.kl_divergence(
        torch.distributions.Normal(mean, torch.exp(log_variance / 2)), torch.distributions.Normal(0.0, 1.0)
    )
    nothing = torch.zeros(5, 0, 8)
    assert loss(nothing, nothing, mean, log_variance).item() == pytest.approx(theirs.sum().item(), rel=1e-5)


def test_pictures_are_decoder_means_of_fresh_latents():
    network, generator = a_network(), torch.Generator().manual_seed(5)
    latents = torch.randn(40, 3, generator=torch.Generator().manual_seed(5))
    made = draw(network, 40, generator)
    assert torch.equal(made, torch.sigmoid(network.decoder(latents)))
    assert ((made > 0.05) & (made < 0.95)).all()  # an untrained decoder is grey; Bernoulli pixels are black and white
    assert not torch.equal(draw(network, 40, generator), made)
    wide = draw(network, 40, torch.Generator().manual_seed(5), bias=4.0)
    assert torch.equal(wide, torch.sigmoid(network.decoder(2 * latents)))


def test_latent_means_are_the_means():
    network, pictures = a_network(), torch.rand(7, 8, 8, generator=torch.Generator().manual_seed(1))
    assert torch.equal(latent_means(network, pictures), network.encoder(pictures)[0])


def trained(seed=2, **settings):
    pictures = torch.rand(64, 8, 8, generator=torch.Generator().manual_seed(9)) * torch.linspace(0, 1, 8)
    training = Training(**({"epochs": 8, "rate": 1e-2} | settings))
    return train(SMALL, training, lambda generator: iter(pictures.split(16)), seed), pictures


def test_a_seed_fixes_a_training_whatever_the_global_generator_does():
    (first, _), before = trained(), torch.get_rng_state()
    torch.manual_seed(77)
    again, _ = trained()
    other, _ = trained(seed=3)
    torch.set_rng_state(before)
    trained()
    assert torch.equal(torch.get_rng_state(), before)
    for name, weights in first.state_dict().items():
        assert torch.equal(weights, again.state_dict()[name])
    assert not torch.equal(first.encoder.mean.weight, other.encoder.mean.weight)


def test_training_learns():
    network, pictures = trained(epochs=60)
    generator = torch.Generator().manual_seed(4)
    mean_picture = pictures.mean(0).expand_as(pictures)
    of_mean = torch.nn.functional.binary_cross_entropy(mean_picture, pictures, reduction="sum").item() / len(pictures)
    untrained = evidence(a_network(), pictures, generator)
    learnt = evidence(network, pictures, generator)
    assert learnt < 0.95 * untrained
    assert learnt == pytest.approx(of_mean, rel=0.03)  # noise has no structure: the mean picture is all there is


def test_beta_weighs_the_latents():
    free, pictures = trained(epochs=40, beta=0.01)
    bound, _ = trained(epochs=40, beta=30.0)
    assert latent_means(free, pictures).std() > 5 * latent_means(bound, pictures).std()
    mean, log_variance = free.encoder(pictures)
    nothing = torch.zeros(64, 0, 8)
    divergence = loss(nothing, nothing, mean, log_variance).item() / 64
    ours = [evidence(free, pictures, torch.Generator().manual_seed(1), beta) for beta in (0.0, 2.0)]
    assert ours[1] - ours[0] == pytest.approx(2 * divergence, rel=1e-4)


def test_bfloat16_keeps_weights_and_loss_in_float32():
    network, pictures = trained(precision="bfloat16")
    plain, _ = trained()
    assert {weights.dtype for weights in network.parameters()} == {torch.float32}
    assert not torch.equal(network.encoder.second.weight, plain.encoder.second.weight)
    generator = torch.Generator().manual_seed(4)
    ours, theirs = (evidence(found, pictures, generator) for found in (network, plain))
    assert ours == pytest.approx(theirs, rel=0.02)
