"""`scapa write`: generate in your voice, recorded."""

from __future__ import annotations

import click

from scapa.cli.session import Session, shared


@click.command("write")
@click.argument("prompt")
@click.option("-n", "count", type=click.IntRange(1, 64), default=1, show_default=True, help="Variants.")
@click.option("--tokens", type=click.IntRange(1, 4_096), default=200, show_default=True, help="Most tokens of each.")
@click.option("--temperature", type=click.FloatRange(0, 5), default=0.8, show_default=True)
@click.option("--seed", type=int, default=0, show_default=True)
@click.option("--model", help="A model by name; the serving one otherwise.")
@shared
def command(
    session: Session, prompt: str, count: int, tokens: int, temperature: float, seed: int, model: str | None
) -> int:
    """Continue PROMPT in your voice. Every output is in the ledger before it is shown.

    \b
    Example: scapa write "The thing about lighthouses is" -n 3
    """
    from scapa.model.tuning import shelf
    from scapa.model.writing import open_desk

    home = session.home(create=False)
    desk = open_desk(home, model, progress=session.progress)
    serving = shelf(home).current()
    promoted = serving is not None and serving.id == desk.model.id
    if desk.model.failed and not session.as_json:
        click.echo(f"{desk.model.id} was not promoted: it did not pass {', '.join(desk.model.failed)}", err=True)
    outputs = desk.write(prompt, n=count, tokens=tokens, temperature=temperature, seed=seed)
    made = [{"text": output.text, "generation": output.generation_id} for output in outputs]
    lines = [f"{prompt}{m['text']}\n  (generation {m['generation']}, remembered)" for m in made]
    about = {"model": desk.model.id, "promoted": promoted, "failed_gates": desk.model.failed}
    session.show({**made[0], "outputs": made, **about}, lines)
    return 0
