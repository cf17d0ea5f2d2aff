"""Gauges: the eye is the original encoder's; classes are counted by hand."""

import math

import numpy as np
import pytest
import torch

from scapa.lab.engine import Step
from scapa.lab.regimes import Intake
from scapa.lab.vae.gauges import SHOWN, Gauges, class_gauges
from scapa.lab.vae.images import Pictures
from scapa.lab.vae.network import Shape, Vae

SHAPE = Shape(8, 4, 3)
ONE = np.array([1])


@pytest.fixture
def gauges():
    labels = np.repeat(np.arange(4), 15)
    pixels = np.random.default_rng(1).random((60, 8, 8), dtype=np.float32) * (labels[:, None, None] + 1) / 4
    return Gauges(Pictures(pixels.astype(np.float32), labels), 40, 5)


def step(model, first):
    return Step(3, model, Intake(ONE, ONE), first)


def a_model(seed):
    return Vae(SHAPE, seed).requires_grad_(False).eval()


def test_latents_are_read_by_the_original_encoder(gauges):
    model, first = a_model(1), a_model(2)
    made = gauges.pictures(model)
    seen, own = (encoder(made)[0].numpy().astype(float) for encoder in (first.encoder, model.encoder))
    found = gauges.measure(step(model, first))["latent_std"]
    assert found == pytest.approx(np.std(seen), rel=1e-6)
    assert abs(np.std(own) - np.std(seen)) > 0.01 * np.std(seen)
    assert gauges.measure(step(model, model))["latent_std"] == pytest.approx(np.std(own), rel=1e-6)


def test_every_generation_is_measured_on_the_same_latents(gauges):
    assert torch.equal(gauges.pictures(a_model(1)), gauges.pictures(a_model(1)))
    other = Gauges(gauges.real, 40, 6)
    assert not torch.equal(other.pictures(a_model(1)), gauges.pictures(a_model(1)))


def test_spread_is_that_of_the_pictures(gauges):
    alike = a_model(1)
    alike.decoder.spread.weight.zero_()
    found = gauges.measure(step(alike, a_model(2)))
    assert found["spread"] == pytest.approx(0.0, abs=1e-3)
    assert found["recall"] == 0.0
    made = gauges.pictures(a_model(1)).numpy().astype(float)
    picks = np.random.default_rng(5).permutation(60)[:40]
    real = gauges.real.pixels[picks].astype(float)
    expected = math.sqrt(made.var(axis=0).sum() / real.var(axis=0).sum())
    assert gauges.measure(step(a_model(1), a_model(2)))["spread"] == pytest.approx(expected, rel=1e-4)


@pytest.mark.parametrize(
    ("shares", "confidence", "bits", "classes"),
    [
        (np.eye(10), 1.0, 0.0, 10.0),
        (np.full((10, 10), 0.1), 0.1, math.log2(10), 10.0),
        (np.eye(10)[[3] * 10], 1.0, 0.0, 1.0),
        (
            np.array([[0.5, 0.5, 0, 0], [1.0, 0, 0, 0]]),
            0.75,
            0.5,
            math.exp(-0.75 * math.log(0.75) + 0.25 * math.log(4)),
        ),
    ],
)
def test_classes_are_counted(shares, confidence, bits, classes):
    found = class_gauges(shares)
    assert (found["confidence"], found["class_entropy"]) == pytest.approx((confidence, bits))
    assert found["classes"] == pytest.approx(classes)


def test_tables_hold_the_latents_and_the_pictures(gauges):
    model = a_model(1)
    tables = gauges.tables(step(model, a_model(2)), "replace", "loop")
    assert sum(row["count"] for row in tables["histogram"]) == 40 * 3
    images = tables["images"]
    assert len(images) == SHOWN
    assert {(row["height"], row["width"], len(row["pixels"]), row["generation"]) for row in images} == {(8, 8, 64, 3)}
    grey = np.frombuffer(images[2]["pixels"], dtype=np.uint8).reshape(8, 8) / 255
    assert grey == pytest.approx(gauges.pictures(model)[2].numpy(), abs=1 / 500)
