"""Albums of pictures: those that stay come once an epoch, written ones are new each time; nothing is lost in a save."""

import numpy as np
import pytest
import torch

from scapa.lab.vae.network import Shape, Training, Vae, draw
from scapa.lab.vae.subject import Album, Autoencoders, Written, epoch

SHAPE, TRAINING = Shape(8, 4, 3), Training(epochs=2, rate=1e-2)
PIXELS = np.linspace(0, 1, 12, dtype=np.float32)[:, None, None] * np.ones((8, 8), dtype=np.float32)
SIX = np.array([6])


@pytest.fixture
def rng():
    return np.random.default_rng(4)


def a_subject(**options):
    return Autoencoders(PIXELS, SHAPE, TRAINING, 4, **options)


def a_model(seed=1):
    return Vae(SHAPE, seed).requires_grad_(False).eval()


def read(album, seed, batch=5):
    return torch.cat(list(epoch(album, batch, TRAINING, torch.Generator().manual_seed(seed)))).numpy()


def levels(pixels):
    return sorted(np.rint(pixels[:, 0, 0] * 11).astype(int).tolist())


def test_real_pictures_come_once_before_any_comes_again(rng):
    subject = a_subject()
    assert levels(subject.real(np.array([12]), rng).pixels) == list(range(12))
    assert len(set(levels(subject.real(np.array([7]), rng).pixels))) == 7
    many = levels(subject.real(np.array([29]), rng).pixels)
    assert {many.count(level) for level in range(12)} == {2, 3}
    assert len(many) == 29


def test_an_epoch_reads_every_picture_once_and_redraws_the_written(rng):
    subject = a_subject()
    album = subject.pool(subject.real(SIX, rng), subject.sample(a_model(), np.array([9]), 1.0, rng))
    first, second = read(album, 1), read(album, 2)
    assert len(album) == len(first) == 15
    flat = [picture for picture in first if np.ptp(picture) == 0]
    assert levels(np.array(flat)) == levels(album.pixels)
    assert read(album, 1).tobytes() == first.tobytes()
    written = {picture.tobytes() for picture in first} & {picture.tobytes() for picture in second}
    assert len(written) == 6  # only those that stay are met in both epochs
    batches = list(epoch(album, 5, TRAINING, torch.Generator().manual_seed(1)))
    assert [len(batch) for batch in batches] == [5, 5, 5]


def test_written_pictures_are_their_own_authors_means(rng):
    dark, light = a_model(1), a_model(2)
    dark.decoder.first.bias.fill_(-9.0)
    light.decoder.first.bias.fill_(9.0)
    album = Album(PIXELS[:0].copy(), (Written(dark, 30, 1.0), Written(light, 12, 1.0)))
    read_ = read(album, 3).mean(axis=(1, 2))
    assert ((read_ < 0.1).sum(), (read_ > 0.9).sum()) == (30, 12)


def test_without_redraw_a_generation_is_one_fixed_set(rng):
    album = a_subject(redraw=False).sample(a_model(), SIX, 1.0, rng)
    assert album.written == ()
    assert sorted(p.tobytes() for p in read(album, 1)) == sorted(p.tobytes() for p in read(album, 2))
    seed = int(np.random.default_rng(4).integers(2**63))
    assert np.array_equal(album.pixels, draw(a_model(), 6, torch.Generator().manual_seed(seed)).numpy())


def test_a_subset_takes_from_every_part_in_proportion(rng):
    subject = a_subject()
    often, seldom = a_model(1), a_model(2)
    album = Album(PIXELS, (Written(often, 24), Written(seldom, 12)))
    thin = [subject.subset(album, 16, rng) for _ in range(400)]
    by_author = [[part.count for album in thin for part in album.written if part.author is a] for a in (often, seldom)]
    assert [sum(counts) / 400 for counts in by_author] == pytest.approx([8, 4], abs=0.4)  # 5 standard errors
    assert np.mean([len(album.pixels) for album in thin]) == pytest.approx(4, abs=0.4)
    thinned = subject.subset(album, 16, rng)
    assert len(thinned) == 16
    assert len(set(levels(thinned.pixels))) == len(thinned.pixels)
    assert [subject.subset(album, 48, rng).sizes for _ in range(5)] == [[12, 24, 12]] * 5


def test_models_and_albums_come_back_bit_for_bit(rng):
    subject = a_subject()
    model = subject.fit(subject.real(np.array([12]), rng), rng)
    again = subject.unpack_model(subject.pack_model(model))
    for name, weights in model.state_dict().items():
        assert torch.equal(weights, again.state_dict()[name])
    album = Album(PIXELS, (Written(model, 7, 0.5), Written(a_model(2), 3)))
    back = subject.unpack_items(subject.pack_items(album))
    assert read(back, 6).tobytes() == read(album, 6).tobytes()
    assert [(part.count, part.bias) for part in back.written] == [(7, 0.5), (3, 1.0)]
    plain = subject.unpack_items(subject.pack_items(Album(PIXELS)))
    assert np.array_equal(plain.pixels, PIXELS)
    assert plain.written == ()


def test_the_same_stream_fits_the_same_model():
    weights = []
    for seed in (1, 1, 2):
        rng, subject = np.random.default_rng(seed), a_subject()
        weights.append(subject.fit(subject.real(np.array([12]), rng), rng).encoder.mean.weight)
    assert torch.equal(weights[0], weights[1])
    assert not torch.equal(weights[0], weights[2])
