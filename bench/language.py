"""The lab's batched writing against transformers at batch 1: `python -m bench.language [--json]`.

The same weights on both sides (as transformers' `LlamaForCausalLM`, whose logits are equal), the same law (an honest
sample) and precision, the same prompts of 64 tokens, 64 tokens written after each. The peer is `generate` text after
text with its cache on, which is how a notebook does it; ours writes 256 side by side. Processor seconds on one thread;
repeats of both sides are interleaved. The other rows set our own two precisions side by side.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from bench.measured import Measured, interleaved, parser, show
from scapa.lab.language.author import Small
from scapa.lab.language.decoding import Decoding
from scapa.lab.language.llama import as_llama
from scapa.lab.language.network import Model, Shape
from scapa.lab.language.training import Blocks, Course
from scapa.lab.language.writing import BATCH
from scapa.model.parts import torch

SHAPES = {
    "0.5 M": Shape(1_024, 128, 2, 4, 384),
    "2.6 M": Shape(2_048, 256, 3, 4, 704),
    "9 M": Shape(4_096, 384, 5, 6, 1_024),
}
PROMPT, LENGTH = 64, 64
ALONE = 3
"""Texts that the peer writes in each repeat: every text costs the same."""

Sides = tuple[int, int]


def rows(repeats: int, names: tuple[str, ...]) -> list[Measured]:
    """Return every row of the bench."""
    torch.set_num_threads(1)
    torch.set_flush_denormal(True)
    return [row for name in names for row in of_shape(name, SHAPES[name], repeats)]


def of_shape(name: str, shape: Shape, repeats: int) -> list[Measured]:
    model = shape.fresh(torch.Generator().manual_seed(0))
    half, full = (Small(shape, model, dtype) for dtype in (torch.bfloat16, torch.float32))
    blocks = np.random.default_rng(0).integers(shape.vocabulary, size=(BATCH, PROMPT)).astype(np.int32)
    peer = as_llama(shape, model, PROMPT + LENGTH)
    few, many = blocks[:64], Course(6, 16)
    ours, alone = writing(full, model, blocks), lambda: text_by_text(peer, blocks[:ALONE])
    written, trained = (BATCH * LENGTH,) * 2, (many.steps * many.batch * PROMPT,) * 2
    both = f"{name}: {{}}, bfloat16 v float32".format
    return [
        compared(f"{name}: write, batched v generate at batch 1", ours, alone, (written[0], ALONE * LENGTH), repeats),
        compared(both("write"), writing(half, model, blocks), ours, written, repeats),
        compared(both("train"), learning(half, few, many), learning(full, few, many), trained, repeats),
        compared(both("read"), reading(half, model, few), reading(full, model, few), (few.size,) * 2, repeats),
    ]


def text_by_text(network: Any, prompts: Blocks) -> None:
    """Write after one prompt at a time, as transformers' documentation shows it."""
    for prompt in torch.from_numpy(prompts.astype(np.int64)):
        with torch.inference_mode():
            network.generate(
                prompt[None], attention_mask=torch.ones_like(prompt[None]), do_sample=True, top_k=0,
                max_new_tokens=LENGTH, min_new_tokens=LENGTH, pad_token_id=0,
            )  # fmt: skip


def writing(author: Small, model: Model, prompts: Blocks) -> Callable[[], object]:
    return lambda: author.write(model, prompts, LENGTH, Decoding(), np.random.default_rng(1))


def learning(author: Small, blocks: Blocks, course: Course) -> Callable[[], object]:
    return lambda: author.learn(blocks, course, np.random.default_rng(1))


def reading(author: Small, model: Model, blocks: Blocks) -> Callable[[], object]:
    return lambda: author.losses(model, blocks)


def compared(name: str, ours: Callable[[], object], peer: Callable[[], object], sizes: Sides, repeats: int) -> Measured:
    """Return the tokens a second of both sides, timed in turn; `sizes` are the tokens that each takes in."""
    taken = interleaved({"ours": ours, "peer": peer}, repeats)
    mine, theirs = ([size / spent for spent in taken[side]] for side, size in zip(taken, sizes, strict=True))
    return Measured.of(name, mine, theirs, "tokens/s", rate=True)


def main() -> None:
    options = parser(__doc__, 5)
    options.add_argument("--size", choices=list(SHAPES), action="append", help="which network [default: all]")
    given = options.parse_args()
    show(rows(given.repeats, tuple(given.size or SHAPES)), as_json=given.json)


if __name__ == "__main__":
    main()
