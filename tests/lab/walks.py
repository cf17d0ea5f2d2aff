"""A small experiment of raw Gaussian items that can be put down and taken up, for the tests of the desk."""

from collections.abc import Sequence
from dataclasses import dataclass
from time import sleep
from typing import ClassVar

from scapa.errors import UsageError
from scapa.lab.desk import Found, Task, follow
from scapa.lab.engine import stream
from scapa.lab.gaussian import Fit, Items
from scapa.lab.regimes import parse
from scapa.lab.verdict import Line
from scapa.store.run import Row


class Walkers(Items):
    """Raw items of one chain, with packing."""

    def pack_model(self, model):
        return {"mean": model.mean, "variance": model.variance}

    def unpack_model(self, arrays):
        return Fit(arrays["mean"], arrays["variance"])

    def pack_items(self, items):
        return {"items": items}

    def unpack_items(self, arrays):
        return arrays["items"]


class Killed(BaseException):
    """What a test stops a run with."""


DEADLY: set[tuple[int, int]] = set()
MET: list[tuple[int, int]] = []
FIELDS = ("mean", "variance")


@dataclass(frozen=True)
class Walk:
    """A (replicate, generation) in `DEADLY` kills the run there; every generation computed is noted in `MET`."""

    name: ClassVar[str] = "walk"
    version: ClassVar[int] = 1
    presets: ClassVar[dict] = {}
    dear: ClassVar[bool] = True

    preset: str = ""
    seed: int = 1
    generations: int = 5
    replicates: int = 3
    regime: str = "accumulate"

    def tasks(self) -> Sequence[Task]:
        return [Task(Line(self.regime, "loop", 6), replicate) for replicate in range(self.replicates)]

    def compute(self, task, desk):
        def observe(step):
            if (task.replicate, step.generation) in DEADLY:
                raise Killed
            MET.append((task.replicate, step.generation))
            rows = [task.line.row(step.generation, name, [float(getattr(step.model, name)[0])]) for name in FIELDS]
            return Found(rows, {"cloud": [{"generation": step.generation, "x": rows[0].mean, "raw": b"\x00\xff"}]})

        rng = stream(self.seed, task.replicate)
        return follow(desk, Walkers(1, 0), parse(self.regime), 6, self.generations, rng, "loop", observe)

    def checks(self, rows: Sequence[Row]):
        return []

    def plots(self):
        return ()


@dataclass(frozen=True)
class Quarrel(Walk):
    """Of two tasks in processes of their own one fails while the other is at work, who would then write text."""

    def compute(self, task, desk):
        text = desk.shared / "text"
        if task.replicate:
            text.write_text("begun")
            sleep(20)
            desk.shared.mkdir(parents=True, exist_ok=True)
            text.write_text("secret")
        while not text.exists():
            sleep(0.05)
        raise UsageError("it cannot be")
