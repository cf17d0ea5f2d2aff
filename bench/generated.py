"""`python -m bench.generated BASE`: texts by a small open model (SmolLM2-135M-Instruct, Apache-2.0).

The held-out generator of `bench.evaluations.machine`: it answers the first questions of the same conversations. BASE is
a folder that `scapa.model.base` made; 400 texts take some ten minutes on one core.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path

from tests.conversations import conversations, share_gpt

FILE = Path("build") / "data" / "smollm2.jsonl"
_BATCH, _BATCHES, _MOST = 24, 18, 180
_PROMPT = (
    "<|im_start|>system\nYou are a helpful AI assistant named SmolLM, trained by Hugging Face<|im_end|>\n"
    "<|im_start|>user\n{}<|im_end|>\n<|im_start|>assistant\n"
)


def generated() -> list[str]:
    """Return the texts, none if they were not made."""
    if not FILE.exists():
        return []
    return [json.loads(line)["text"] for line in FILE.read_text(encoding="utf-8").splitlines()]


def questions() -> Iterator[str]:
    """Yield the first question of each conversation, if it is short."""
    for turns in conversations(share_gpt()):
        if turns and turns[0][0] == "human" and 40 < len(turns[0][1]) < 300 and turns[0][1].isascii():
            yield turns[0][1]


def main(base: str) -> None:
    from scapa.model.base import prepare_base
    from scapa.model.generate import Sampling, Writer, sample

    writer = Writer.load(prepare_base(base, FILE.parent / "base"), threads=1)
    with FILE.open("w", encoding="utf-8") as file:
        encoded = (writer.tokens.encode(_PROMPT.format(question))[0] for question in questions())
        for number, prompts in enumerate(_batches(encoded)):
            sampling = Sampling(temperature=0.8, top_p=0.95, seed=number)
            for ids in sample(writer.network, prompts, writer.tokens.stops, _MOST, sampling):
                file.write(json.dumps({"text": writer.tokens.decode(ids).split("<|im_end|>")[0]}) + "\n")


def _batches(prompts: Iterable[list[int]]) -> Iterator[list[list[int]]]:
    """Yield batches of equally long prompts."""
    waiting: dict[int, list[list[int]]] = {}
    made = 0
    for prompt in prompts:
        batch = waiting.setdefault(len(prompt), [])
        batch.append(prompt)
        if len(batch) == _BATCH:
            yield waiting.pop(len(prompt))
            made += 1
        if made == _BATCHES:
            return


if __name__ == "__main__":
    main(sys.argv[1])
