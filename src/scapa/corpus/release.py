"""Releases: a frozen, signed data set that anyone can check offline; the only thing that tuning and export accept."""

from __future__ import annotations

import hmac
import secrets
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path
from typing import Any, Literal

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from scapa import __version__
from scapa.corpus.chain import recipes
from scapa.corpus.datacard import data_card
from scapa.corpus.decide import DecisionSet, latest
from scapa.corpus.grants import open_grants
from scapa.corpus.masking import masked
from scapa.corpus.relations import permissions, provenance
from scapa.errors import CheckFailed, UnknownName, UsageError
from scapa.files import PARTIAL, remove, storage_errors, sync_folder, write_atomic
from scapa.judges.private import find_private
from scapa.records import UNKNOWN, Progress, ReleasedDocument, silent
from scapa.seal.canonical import canonical
from scapa.seal.manifest import SIGNATURE, read_manifest, register_checker, seal_folder
from scapa.seal.merkle import root, salted_leaf
from scapa.seal.signature import SigningKey
from scapa.store.home import Home
from scapa.store.schema import TIME
from scapa.store.segments import read_table
from scapa.text.words import words

Audience = Literal["local", "share"]
KIND = "release"
LEAVES = "leaves.txt"
_ROWS_PER_SHARD = 20_000
_ROWS_PER_GROUP = 100
_NAMED = 100

RELEASED = pa.schema(
    [
        ("id", pa.string()),
        ("text", pa.string()),
        ("kind", pa.string()),
        ("author", pa.string()),
        ("author_name", pa.string()),
        ("title", pa.string()),
        ("role", pa.string()),
        ("unit", pa.string()),
        ("claimed_start", TIME),
        ("era", pa.string()),
        ("existed_by", TIME),
        ("grade", pa.string()),
        ("licence", pa.string()),
        ("basis", pa.string()),
        ("salt", pa.string()),
    ]
)
"""A row is a document after masking. `salt` makes its leaf unguessable; once erased, the leaf says nothing."""


@dataclass(frozen=True)
class Release:
    """A sealed release: `root` is the Merkle root over its documents' salted leaves, `tokens` counts words."""

    id: str
    path: Path
    body: Mapping[str, Any]

    @property
    def root(self) -> str:
        return str(self.body["root"])

    def summary(self) -> dict[str, Any]:
        """Return the JSON of a `release`."""
        chosen = {key: self.body[key] for key in ("documents", "targets", "left_out", "tokens")}
        return {"release": self.id, "root": self.root, **chosen, "path": self.path}

    def documents(self) -> Iterator[ReleasedDocument]:
        """Yield the released documents in order of date."""
        for row in _rows(self.path):
            start = row["claimed_start"]
            yield ReleasedDocument(
                id=row["id"], text=row["text"], kind=row["kind"], author=row["author"], role=row["role"],
                unit=row["unit"], claimed_start=None if start is None else _microseconds(start), grade=row["grade"],
                licence=row["licence"], title=row["title"], author_name=row["author_name"],
            )  # fmt: skip

    def own_texts(self) -> tuple[str, ...]:
        """Return the texts that models may be fitted to, in order of date: no one else's words, which are context.

        Raises `UsageError` if there are none.
        """
        texts = tuple(document.text for document in self.documents() if document.role == "target")
        if not texts:
            raise UsageError("the release has no words of yours", where=self.id, next="see: scapa curate --explain")
        return texts


def release(
    home: Home,
    *,
    decision: str | None = None,
    audience: Audience = "local",
    rng: Any = secrets,
    progress: Progress = silent,
) -> Release:
    """Freeze and sign what a decision set keeps (the newest, unless `decision` names one by its digest).

    A `share` release leaves out, and counts, what may not be shared; its ids, authors and placeholders are keyed, so
    that they say nothing about what was hidden. Raises `CheckFailed` if a permission or source was withdrawn since
    the decision, `UsageError` if nothing is left.
    """
    with home.writing("release"):
        chosen = latest(home, decision)
        _check_decision(home, chosen)
        key = rng.token_bytes(32)
        rows, left_out = _release_rows(home, chosen, audience, key, rng, progress)
        if not rows:
            raise UsageError(
                "nothing to release: the policy keeps no document",
                where=chosen.policy,
                next="see: scapa curate --explain",
            )
        folder = home.folder("releases") / f"{secrets.token_hex(8)}{PARTIAL}"
        try:
            with storage_errors(folder):
                folder.mkdir(mode=0o700)
                made = _write(home, folder, chosen, audience, rows, left_out)
            write_atomic(home.folder("keys") / f"release-{made.id}", key)
            if made.path.exists():
                raise UsageError("this release exists already", where=str(made.path))
            folder.replace(made.path)
            sync_folder(made.path.parent)
        finally:
            remove(folder)
    return made


def open_release(home: Home, name: str | None = None, *, audience: Audience | None = None) -> Release:
    """Return the newest release of the home (for `audience`), or the one whose id starts with `name`, or at a path."""
    if name and (Path(name) / SIGNATURE).is_file():
        return read_release(Path(name))
    found = [r for r in releases(home) if not name or r.id.startswith(name) or r.root.startswith(name)]
    found = [r for r in found if audience in (None, r.body["audience"])]
    if not found:
        raise UnknownName(f"no release {name!r}" if name else "there is no release yet", next="run: scapa release")
    return found[-1]


def releases(home: Home) -> list[Release]:
    """Return the home's releases, oldest first."""
    folder = home.path / "releases"
    sealed = (
        [read_release(path) for path in folder.iterdir() if (path / SIGNATURE).is_file()] if folder.is_dir() else []
    )
    return sorted(sealed, key=lambda r: (r.body["created"], r.id))


def read_release(path: Path) -> Release:
    """Return the release in a sealed folder. Raises `CheckFailed` if it is sealed as something else."""
    manifest = read_manifest(path)
    if manifest["kind"] != KIND:
        raise CheckFailed(f"this is a {manifest['kind']}, not a release", where=str(path))
    return Release(manifest["body"]["id"], path, manifest["body"])


def _release_rows(
    home: Home, chosen: DecisionSet, audience: Audience, key: bytes, rng: Any, progress: Progress
) -> tuple[list[dict[str, Any]], int]:
    decisions = {row["id"]: row for row in chosen.table().to_pylist() if row["outcome"] == "kept"}
    rows, left_out, met = [], 0, 0
    for segment in home.catalog.segments("documents"):
        table = read_table(home.path / segment.name, ["id", "text", "author", "author_name", "title"])
        for document in table.to_pylist():
            decision = decisions.get(document["id"])
            if decision is None:
                continue
            met += 1
            progress("release", met, len(decisions), "documents")
            if audience == "share" and not decision["shareable"]:
                left_out += 1
                continue
            rows.append(_row(document, decision, audience, key, rng))
    rows.sort(key=lambda row: (row["claimed_start"] or _NEVER, row["id"]))
    return rows, left_out


def _private(title: str) -> list[dict[str, Any]]:
    """Return the masks of a title: a policy's masks are about the text, and a title is released beside it."""
    return [
        {"start": len(title[:start].encode()), "end": len(title[:end].encode()), "kind": kind, "style": "placeholder"}
        for start, end, kind in find_private(title)
    ]


_NEVER = datetime.max.replace(tzinfo=UTC)


def check_permissions(home: Home, made: Release) -> None:
    """Raise `CheckFailed` if words of the release may not be trained on (any more): a grant that was withdrawn or has
    expired, a refusal, a removed source. A `share` release names no authors, so only its own home can tell.
    """
    rows = [{"id": d.id, "author": d.author, "licence": d.licence, "role": d.role} for d in made.documents()]
    if made.body["audience"] == "local":
        _check_rows(home, rows, f"release {made.id}", "run: scapa curate && scapa release")


def _check_decision(home: Home, chosen: DecisionSet) -> None:
    decided = chosen.table().select(["id", "outcome", "role", "licence"]).filter(pc.field("outcome") == "kept")
    authors: dict[str, str] = {}
    for segment in home.catalog.segments("documents"):
        table = read_table(home.path / segment.name, ["id", "author"])
        authors |= dict(zip(table["id"].to_pylist(), table["author"].to_pylist(), strict=True))
    rows = [row | {"author": authors[row["id"]]} for row in decided.to_pylist()]
    _check_rows(home, rows, f"decision set {chosen.digest[:16]}", "run: scapa curate")


def _check_rows(home: Home, rows: Sequence[Mapping[str, Any]], what: str, then: str) -> None:
    ids = pa.array([row["id"] for row in rows], pa.string())
    removed = pc.sum(pc.struct_field(provenance(home, home.catalog, ids).source, "removed")).as_py() or 0
    targets = [row for row in rows if row["role"] == "target"]
    me = [address.lower() for address in home.settings.me.addresses]
    columns = ([row["author"] for row in targets], [row["licence"] for row in targets])
    rights = permissions(*columns, me, open_grants(home), home.now())
    refused = len(targets) - (pc.sum(pc.struct_field(rights, "allowed")).as_py() or 0)
    if refused or removed:
        why = f"{refused} documents lost the permission to be trained on, {removed} the source, since it was made"
        raise CheckFailed(why, where=what, next=then)


def _row(
    document: dict[str, Any], decision: dict[str, Any], audience: Audience, key: bytes, rng: Any
) -> dict[str, Any]:
    def name(value: str) -> str:
        keyed = audience == "share" and value not in ("", UNKNOWN)
        return hmac.new(key, value.encode(), sha256).hexdigest() if keyed else value

    return {
        "id": name(document["id"]),
        "text": masked(document["text"], decision["masks"], key),
        "kind": decision["kind"],
        "author": name(document["author"]),
        "author_name": document["author_name"] if audience == "local" else "",
        "title": masked(document["title"], _private(document["title"]), key),
        "role": decision["role"],
        "unit": name(decision["unit"]),
        "claimed_start": decision["claimed_start"],
        "era": decision["era"],
        "existed_by": decision["existed_by"],
        "grade": decision["grade"],
        "licence": decision["licence"],
        "basis": decision["basis"],
        "salt": rng.token_bytes(32).hex(),
    }


def _write(
    home: Home, folder: Path, chosen: DecisionSet, audience: Audience, rows: list[dict[str, Any]], left_out: int
) -> Release:
    leaves = [leaf(row) for row in rows]
    top = root(leaves).hex()
    now = datetime.fromtimestamp(home.now() / 1e6, UTC)
    name = f"{now:%Y%m%d}-{top[:12]}"
    counts = chosen.counts
    body: dict[str, Any] = {
        "id": name, "root": top, "created": now.isoformat(timespec="microseconds"), "audience": audience,
        "documents": len(rows), "targets": sum(row["role"] == "target" for row in rows), "left_out": left_out,
        "tokens": sum(len(words(row["text"])) for row in rows), "tokens_are": "words of scapa.text.words",
        "policy": {"name": chosen.policy, "digest": chosen.inputs["policy"]}, "decision": chosen.digest,
        "relations": chosen.inputs["relations"], "cutoff": home.settings.curate.cutoff,
        "counts": {key: counts[key] for key in ("documents", "kept", "review", "rejected", "duplicate", "errored")},
        "reasons": counts["reasons"], "eras": _tally(rows, "era"), "grades": _tally(rows, "grade"),
        "licences": _tally(rows, "licence"), "kinds": _tally(rows, "kind"),
        "recipes": [asdict(r) | {"settings": dict(r.settings)} for r in recipes(home.path, chosen.inputs["judges"])],
        "software": f"scapa {__version__}",
    }  # fmt: skip
    _write_shards(folder, rows)
    (folder / LEAVES).write_text("".join(f"{r['id']} {x.hex()}\n" for r, x in zip(rows, leaves, strict=True)))
    (folder / "README.md").write_text(data_card(body), encoding="utf-8")
    seal_folder(folder, KIND, body, signing_key(home))
    return Release(name, home.folder("releases") / name, body)


def _tally(rows: Sequence[Mapping[str, Any]], by: str) -> dict[str, int]:
    return dict(sorted(Counter(str(row[by]) for row in rows).items()))


def _write_shards(folder: Path, rows: Sequence[Mapping[str, Any]]) -> None:
    """Write Parquet without compression and in small groups, so that damage stays where it is and can be named."""
    for n, first in enumerate(range(0, len(rows), _ROWS_PER_SHARD)):
        table = pa.Table.from_pylist(rows[first : first + _ROWS_PER_SHARD], schema=RELEASED)
        pq.write_table(
            table, folder / f"documents-{n:05d}.parquet", compression="none", use_dictionary=False,
            row_group_size=_ROWS_PER_GROUP, write_statistics=False,
        )  # fmt: skip


def leaf(row: Mapping[str, Any]) -> bytes:
    """Return a document's Merkle leaf: SHA-256 of its salt and the canonical JSON of everything else in its row."""
    content = {key: value for key, value in row.items() if key != "salt"}
    for key in ("claimed_start", "existed_by"):
        content[key] = None if content[key] is None else str(_microseconds(content[key]))
    return salted_leaf(bytes.fromhex(row["salt"]), canonical(content))


def _microseconds(time: datetime) -> int:
    delta = time - datetime(1970, 1, 1, tzinfo=UTC)
    return (delta.days * 86_400 + delta.seconds) * 1_000_000 + delta.microseconds


def signing_key(home: Home) -> SigningKey:
    """Return the home's signing key, made on first use."""
    path = home.folder("keys") / "signing"
    return SigningKey.load(path) if path.exists() else SigningKey.create(path, "scapa")


def _rows(folder: Path) -> Iterator[dict[str, Any]]:
    for shard in sorted(folder.glob("documents-*.parquet")):
        yield from read_table(shard).to_pylist()


def check_release(folder: Path, manifest: dict[str, Any]) -> Iterator[str]:
    """Yield what is wrong with a release: every document that is altered, missing or unreadable, by its id."""
    lines = (folder / LEAVES).read_text(encoding="utf-8", errors="replace").splitlines()
    wanted = dict(line.split(" ", 1) for line in lines if " " in line)
    if root([bytes.fromhex(value) for value in wanted.values()]).hex() != manifest["body"]["root"]:
        yield f"{LEAVES}: the Merkle root differs from the manifest's"
    met: set[str] = set()
    for shard in sorted(folder.glob("documents-*.parquet")):
        for row, where in _readable(shard):
            if row is None:
                yield f"{shard.name}: {where}"
                continue
            met.add(row["id"])
            if wanted.get(row["id"]) != leaf(row).hex():
                yield f"document {row['id']}: was altered ({shard.name})"
    missing = sorted(set(wanted) - met)
    yield from (f"document {name}: is missing or unreadable" for name in missing[:_NAMED])
    if len(missing) > _NAMED:
        yield f"… and {len(missing) - _NAMED} more documents are missing or unreadable"


def _readable(shard: Path) -> Iterator[tuple[dict[str, Any] | None, str]]:
    """Yield the rows of a shard that can still be read, group by group, and (None, why) for a group that cannot."""
    try:
        file = pq.ParquetFile(shard)
    except (pa.ArrowException, OSError) as error:
        yield None, f"cannot be read at all ({type(error).__name__})"
        return
    for group in range(file.num_row_groups):
        try:
            rows = file.read_row_group(group).to_pylist()
        except (pa.ArrowException, OSError, UnicodeDecodeError, ValueError) as error:
            first = group * _ROWS_PER_GROUP
            yield None, f"rows {first} to {first + _ROWS_PER_GROUP - 1} cannot be read ({type(error).__name__})"
            continue
        yield from ((row, "") for row in rows)


register_checker(KIND, check_release)
