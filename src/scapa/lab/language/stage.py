"""All that the tasks of one run share: real text as tokens, and the base that every generation is tuned from.

It is made once, before the tasks, and lies beside their folders until the run is finished; then it goes with them, so
that a run folder keeps no text.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, TypeVar

import numpy as np

from scapa.files import private_folder, write_atomic
from scapa.lab.desk import Desk, npz, of_npz
from scapa.lab.engine import stream
from scapa.lab.language import reading
from scapa.lab.language.author import Author, Small, pack, unpack
from scapa.lab.language.decoding import Decoding
from scapa.lab.language.gauges import Gauges
from scapa.lab.language.network import Model, Shape
from scapa.lab.language.presets import SCRATCH, SPEECHES
from scapa.lab.language.pretrained import Subwords, author_of, open_base
from scapa.lab.language.subject import Writing
from scapa.lab.language.text import Pairs, Tokens, pairs, part, windows
from scapa.lab.language.tokens import Bytepairs
from scapa.lab.language.training import Blocks, Course, train
from scapa.lab.regimes import Regime
from scapa.model.base import Base
from scapa.model.parts import torch
from scapa.store.run import digest_of
from scapa.store.unfinished import kept

if TYPE_CHECKING:
    from scapa.lab.language import LanguageConfig

T = TypeVar("T")
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


def set_up(config: LanguageConfig, desk: Desk) -> Stage:
    """Return the stage of `config`; what lies in `desk.shared` is loaded, else it is made and kept there."""
    if config.base != SCRATCH:
        base = _pretrained(config, desk)
        tokens = Subwords(base.tokens())
        return Stage(author_of(base, dtype_of(config)), tokens, _text(config, tokens, desk))
    trained = _tokenizer(config, desk)
    text = _text(config, trained, desk)
    return Stage(Small(shape(config), _base(config, text.base, desk), dtype_of(config)), trained, text)


def digests(config: LanguageConfig, desk: Desk) -> dict[str, Any]:
    """Return the digests of text and base, of either only if it is read from files."""
    found = _text_digests(*reading.documents(config.text)) if _reads_text(config) else {}
    if config.base != SCRATCH:
        found |= _base_digest(open_base(config.base, desk.bases))
    return found


def text_of(config: LanguageConfig, desk: Desk) -> Text:
    """Return the real text as tokens of the base's own tokenizer, or of one trained on it."""
    if config.base == SCRATCH:
        return _text(config, _tokenizer(config, desk), desk)
    return _text(config, Subwords(_pretrained(config, desk).tokens()), desk)


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


def _pretrained(config: LanguageConfig, desk: Desk) -> Base:
    base = open_base(config.base, desk.bases)
    desk.expect(_base_digest(base))
    return base


def _base_digest(base: Base) -> dict[str, Any]:
    return {"base": base.bill["files"]}


def _tokenizer(config: LanguageConfig, desk: Desk) -> Bytepairs:
    def make() -> bytes:
        found = part(*_documents(config, desk))
        return Bytepairs.train((*found.base, *found.train), config.vocabulary).dump().encode()

    return _shared(desk, "tokenizer.json", make, lambda content: Bytepairs.load(content.decode()))


def _text(config: LanguageConfig, tokens: Tokens, desk: Desk) -> Text:
    def make() -> bytes:
        found = part(*_documents(config, desk))
        ids = {name: [tokens.encode(text) for text in getattr(found, name)] for name in ("base", "train", "held_out")}
        corpus, held_out = (pairs(ids[name], config.prompt, config.block) for name in ("train", "held_out"))
        return npz({
            "base": windows(ids["base"], BASE_WIDTH) if config.base == SCRATCH else corpus.blocks[:0],
            "prompts": corpus.prompts, "blocks": corpus.blocks,
            "held_prompts": held_out.prompts, "held_blocks": held_out.blocks,
        })  # fmt: skip

    def read(content: bytes) -> Text:
        found = of_npz(content)
        corpus = Pairs(found["prompts"], found["blocks"])
        return Text(found["base"], corpus, Pairs(found["held_prompts"], found["held_blocks"]))

    return _shared(desk, "text.npz", make, read)


def _base(config: LanguageConfig, blocks: Blocks, desk: Desk) -> Model:
    def make() -> bytes:
        rng = stream(config.seed, "language", "base")
        fresh = shape(config).fresh(torch.Generator().manual_seed(int(rng.integers(2**63))))
        steps = Course(config.base_steps, BASE_BATCH, config.base_rate)
        return npz(pack(train(shape(config), fresh, blocks, steps, dtype_of(config), rng)))

    return _shared(desk, "base.npz", make, lambda content: unpack(of_npz(content)))


def _documents(config: LanguageConfig, desk: Desk) -> tuple[reading.Documents, float, reading.Documents]:
    found, held_out = (config.texts, ()) if config.texts is not None else reading.documents(config.text)
    if _reads_text(config):
        desk.expect(_text_digests(found, held_out))
    most = min(config.documents or len(found), len(found))
    share = config.base_share if config.base == SCRATCH else 0.0
    return tuple(found[i * len(found) // most] for i in range(most)), share, held_out


def _reads_text(config: LanguageConfig) -> bool:
    return config.texts is None and config.text != SPEECHES


def _text_digests(found: reading.Documents, held_out: reading.Documents) -> dict[str, Any]:
    return {"text": digest_of(found), "held-out text": digest_of(held_out)}


def _shared(desk: Desk, name: str, make: Callable[[], bytes], read: Callable[[bytes], T]) -> T:
    """Return what `read` makes of the file `name` of the run's stage; one that is missing or damaged is made first."""
    if desk.shared is None:
        return read(make())
    path = desk.shared / STAGE / name
    found = kept(path, lambda path: read(path.read_bytes()), desk.say)
    if found is not None:
        return found
    private_folder(path.parent)
    write_atomic(path, content := make())
    return read(content)
