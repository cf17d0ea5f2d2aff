"""All that the tasks of one run share: real text as tokens, and the base that every generation is tuned from.

It is made once, by the plan, and lies beside the tasks' folders until the run is finished; then it goes with them, so
that a run folder keeps no text.
"""

from __future__ import annotations

import io
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from scapa.files import private_folder, write_atomic
from scapa.lab.engine import stream
from scapa.lab.language import reading
from scapa.lab.language.author import Author, Small, pack, unpack
from scapa.lab.language.decoding import Decoding
from scapa.lab.language.gauges import Gauges
from scapa.lab.language.network import Model, Shape
from scapa.lab.language.pretrained import Subwords, author_of, open_base
from scapa.lab.language.subject import Writing
from scapa.lab.language.text import Pairs, Tokens, pairs, part, windows
from scapa.lab.language.tokens import Bytepairs
from scapa.lab.language.training import Blocks, Course, train
from scapa.lab.regimes import Regime
from scapa.model.parts import torch

if TYPE_CHECKING:
    from scapa.lab.language import LanguageConfig

STAGE = "stage"
BASE_WIDTH, BASE_BATCH = 128, 32


@dataclass(frozen=True, slots=True, eq=False)
class Text:
    """The real text as tokens: windows for a base from scratch, pairs to train on and to hold out."""

    base: Blocks
    corpus: Pairs
    held_out: Pairs


@dataclass(frozen=True, slots=True, eq=False)
class Stage:
    """The author with its base, the tokenizer, and the real text."""

    author: Author
    tokens: Tokens
    text: Text = field(repr=False)

    def subject(self, config: LanguageConfig, regime: Regime) -> Writing:
        """Return the engine's subject for one line."""
        return Writing(
            self.author, self.text.corpus, course(config, regime), decoding(config), config.size, config.whole
        )

    def gauges(self, config: LanguageConfig, rng: np.random.Generator) -> Gauges:
        """Return the gauges of one seed: the held-out blocks are the same for all seeds, the prompts are drawn."""
        rows = rng.permutation(len(self.text.held_out))[: config.probes]
        probes, held_out = self.text.held_out.take(rows), self.text.held_out.spread(config.held_out)
        reference, seed = self.text.corpus.spread(config.probes).blocks, int(rng.integers(2**62))
        return Gauges(self.author, self.tokens, held_out, probes, reference, decoding(config), seed)


def set_up(config: LanguageConfig, tasks: Path | None) -> Stage:
    """Return the stage of `config`, loaded from `tasks`/stage if it was made before, else made and kept there."""
    folder = tasks / STAGE if tasks else None
    if config.base != "scratch":
        base = open_base(config.base, tasks)
        tokens: Tokens = Subwords(base.tokens())
        return Stage(author_of(base, dtype_of(config)), tokens, _text(config, tokens, folder))
    tokens, text = read(config, folder)
    return Stage(Small(shape(config), _base(config, text.base, folder), dtype_of(config)), tokens, text)


def read(config: LanguageConfig, folder: Path | None) -> tuple[Bytepairs, Text]:
    """Return the tokenizer for a base from scratch, and the text as its tokens."""
    tokens = _tokenizer(config, folder)
    return tokens, _text(config, tokens, folder)


def shape(config: LanguageConfig) -> Shape:
    """Return the shape of the network from scratch."""
    return Shape(config.vocabulary, config.width, config.layers, config.heads, config.hidden)


def course(config: LanguageConfig, regime: Regime) -> Course:
    """Return how a generation is trained on M blocks."""
    mixed = regime.kind in ("mix", "fresh") and config.mixed_epochs
    epochs = config.mixed_epochs if mixed else config.epochs
    return Course(max(1, round(epochs * config.size / config.batch)), config.batch, config.rate)


def decoding(config: LanguageConfig) -> Decoding:
    """Return the law by which models write."""
    return Decoding(config.temperature, config.top_k, config.top_p, config.beams, config.penalty)


def dtype_of(config: LanguageConfig) -> torch.dtype:
    """Return the precision of the passes; `auto`, which only a plan can settle, is float32."""
    return torch.bfloat16 if config.precision == "bfloat16" else torch.float32


def _tokenizer(config: LanguageConfig, folder: Path | None) -> Bytepairs:
    path = folder / "tokenizer.json" if folder else None
    if path and path.is_file():
        return Bytepairs.load(path.read_text(encoding="utf-8"))
    found = part(*_documents(config))
    tokens = Bytepairs.train((*found.base, *found.train), config.vocabulary)
    if path:
        private_folder(path.parent)
        write_atomic(path, tokens.dump().encode())
    return tokens


def _text(config: LanguageConfig, tokens: Tokens, folder: Path | None) -> Text:
    def make() -> dict[str, NDArray[Any]]:
        found = part(*_documents(config))
        ids = {name: [tokens.encode(text) for text in getattr(found, name)] for name in ("base", "train", "held_out")}
        corpus, held_out = (pairs(ids[name], config.prompt, config.block) for name in ("train", "held_out"))
        return {
            "base": windows(ids["base"], BASE_WIDTH) if config.base == "scratch" else corpus.blocks[:0],
            "prompts": corpus.prompts, "blocks": corpus.blocks,
            "held_prompts": held_out.prompts, "held_blocks": held_out.blocks,
        }  # fmt: skip

    kept = _kept(folder / "text.npz" if folder else None, make)
    return Text(kept["base"], Pairs(kept["prompts"], kept["blocks"]), Pairs(kept["held_prompts"], kept["held_blocks"]))


def _base(config: LanguageConfig, blocks: Blocks, folder: Path | None) -> Model:
    def make() -> dict[str, NDArray[Any]]:
        rng = stream(config.seed, "language", "base")
        fresh = shape(config).fresh(torch.Generator().manual_seed(int(rng.integers(2**63))))
        steps = Course(config.base_steps, BASE_BATCH, config.base_rate)
        return pack(train(shape(config), fresh, blocks, steps, dtype_of(config), rng))

    return unpack(_kept(folder / "base.npz" if folder else None, make))


def _documents(config: LanguageConfig) -> tuple[reading.Documents, float, reading.Documents]:
    found, held_out = (config.texts, ()) if config.texts is not None else reading.documents(config.text)
    most = min(config.documents or len(found), len(found))
    share = config.base_share if config.base == "scratch" else 0.0
    return tuple(found[i * len(found) // most] for i in range(most)), share, held_out


def _kept(path: Path | None, make: Any) -> dict[str, NDArray[Any]]:
    """Return the arrays that lie in `path`; else make them, and put them there whole."""
    if path and path.is_file():
        with np.load(path, allow_pickle=False) as stored:
            return dict(stored)
    made: dict[str, NDArray[Any]] = make()
    if path:
        out = io.BytesIO()
        np.savez(out, allow_pickle=False, **made)
        private_folder(path.parent)
        write_atomic(path, out.getvalue())
    return made
