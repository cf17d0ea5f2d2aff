"""`scapa verify`: check a release or a model, offline."""

from __future__ import annotations

from pathlib import Path

import click

from scapa.cli.session import Session, shared


@click.command("verify")
@click.argument("path", type=click.Path(path_type=Path))
@click.option("--signer", "signers", multiple=True, help="A public key or fingerprint to trust; may be given again.")
@shared
def command(session: Session, path: Path, signers: tuple[str, ...]) -> int:
    """Check a release or a model: signature, every file, every document. Needs no home and no network.

    \b
    Example: scapa verify releases/20261122-3f2a9c01d4e5
             scapa verify models/20261122-3f2a9c01-s1
    """
    import scapa.corpus.release
    import scapa.model.bill  # noqa: F401  (both register the checker of their kind)
    from scapa.seal.manifest import verify

    found = verify(path, signers or None)
    result = {
        "ok": found.ok, "kind": found.kind, "failures": found.failures, "signer": found.signer,
        "signer_trusted": found.trusted, "files": found.files, "digest": found.digest,
    }  # fmt: skip
    trust = "" if found.trusted else " (the folder's own word: compare the fingerprint, or give --signer)"
    session.show(
        result,
        [
            *(f"FAILED  {failure}" for failure in found.failures),
            *([f"signed by {found.signer}{trust}"] if found.signer else []),
            f"{found.kind or 'folder'} {'ok' if found.ok else 'NOT ok'}: {found.files} files",
        ],
    )
    return 0 if found.ok else 1
