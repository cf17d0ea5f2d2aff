"""The data card: what a stranger needs to know of a release, in Markdown, without opening it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

_AUDIENCES = {
    "local": "For this machine only: it may hold other people's words as context, which are never trained on.",
    "share": "May leave this machine: it holds no words whose author or licence does not permit it.",
}


def data_card(body: Mapping[str, Any]) -> str:
    """Return the card of the release that `body` (the manifest's) describes."""
    counts = body["counts"]
    lines = [
        f"# Release {body['id']}",
        "",
        f"{_AUDIENCES[body['audience']]}",
        "",
        f"- **Merkle root** over the documents: `{body['root']}`",
        f"- **Made** {body['created']} by {body['software']}, policy `{body['policy']['name']}`,"
        f" decision set `{body['decision'][:16]}`",
        f"- **Documents** {body['documents']:,}, of which {body['targets']:,} to train on;"
        f" {body['tokens']:,} words ({body['tokens_are']})",
        f"- **Cut-off** {body['cutoff']}",
        "",
        "## Where the documents went",
        "",
        f"{counts['documents']:,} documents = "
        + " + ".join(f"{counts[key]:,} {key}" for key in ("kept", "review", "rejected", "duplicate", "errored")),
        "",
        *_table("Reason", body["reasons"]),
        *_table("Claimed date against the cut-off", body["eras"]),
        *_table("Evidence grade", body["grades"]),
        *_table("Licence", body["licences"]),
        *_table("Kind", body["kinds"]),
        "## Known limits",
        "",
        "- A claimed date is what the text says of itself; only grades E2 and up rest on somebody else's word.",
        '- "Written before the cut-off" is a statement about time. No file here says "human, proved".',
        "- Masks hide what patterns find: addresses, numbers and keys in unusual forms may remain.",
        "",
        "## Check it without Scapa",
        "",
        "```sh",
        "ssh-keygen -Y verify -f allowed_signers -I scapa -n scapa-release -s SHA256SUMS.sig < SHA256SUMS",
        "sha256sum --quiet -c SHA256SUMS",
        "```",
    ]
    return "\n".join(lines) + "\n"


def _table(name: str, counts: Mapping[str, int]) -> list[str]:
    if not counts:
        return []
    return [f"| {name} | documents |", "|---|---:|", *(f"| `{key}` | {n:,} |" for key, n in counts.items()), ""]
