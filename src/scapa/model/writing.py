"""Writing in a home: the serving model's words, each output in the ledger before anyone sees it."""

from __future__ import annotations

from dataclasses import dataclass

from scapa.errors import UnknownName
from scapa.ledger import Ledger
from scapa.model.generate import Output, Sampling, Writer
from scapa.model.shelf import Model
from scapa.model.tuning import home_base, shelf
from scapa.records import Progress, silent
from scapa.store.home import Home


@dataclass(frozen=True)
class Desk:
    """A loaded model and the ledger that remembers what it writes."""

    model: Model
    writer: Writer
    ledger: Ledger

    def write(
        self,
        prompt: str,
        *,
        n: int = 1,
        tokens: int = 200,
        temperature: float = 0.8,
        top_p: float = 0.95,
        seed: int = 0,
    ) -> list[Output]:
        """Return `n` continuations of `prompt` of at most `tokens` tokens. Nothing is returned that isn't recorded."""
        sampling = Sampling(temperature=temperature, top_p=top_p, seed=seed)
        return self.writer.write(prompt, record=self._record, n=n, max_new_tokens=tokens, sampling=sampling)

    def _record(self, text: str, prompt: str) -> str:
        return self.ledger.record(text, context=[prompt], model=self.model.id).id


def open_desk(home: Home, name: str | None = None, *, progress: Progress = silent) -> Desk:
    """Load the serving model, or the one called `name`. Raises `UnknownName` if there is none yet."""
    models = shelf(home)
    model = models.get(name) if name else models.current()
    if model is None:
        raise UnknownName("no model serves yet", where=str(home.path), next="run: scapa tune")
    writer = Writer.load(home_base(home, progress=progress), model.adapter, threads=home.settings.tune.threads)
    return Desk(model, writer, Ledger.open(home.folder("generations"), now=home.now))
