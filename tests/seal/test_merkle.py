"""Merkle trees: Certificate Transparency's vectors, and the RFC's recursive definition as the reference."""

import hashlib

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scapa.errors import UsageError
from scapa.seal import merkle

# The leaves and results of the reference tests of Certificate Transparency.
LEAVES = [
    bytes.fromhex(h)
    for h in ("", "00", "10", "2021", "3031", "40414243", "5051525354555657", "606162636465666768696a6b6c6d6e6f")
]
ROOTS = [
    "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
]
FIRST_OF_EIGHT = [
    "96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7",
    "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
    "6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4",
]
SIX_IN_EIGHT = [
    "0ebc5d3437fbe2db158b9f126a1d118e308181031d0a949f8dededebc558ef6a",
    "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
]
MANY = st.lists(st.binary(max_size=3), min_size=1, max_size=70)


def split(count):
    half = 1
    while half * 2 < count:
        half *= 2
    return half


def reference_root(leaves):
    """MTH of RFC 9162 §2.1.1, as written there."""
    if not leaves:
        return hashlib.sha256(b"").digest()
    if len(leaves) == 1:
        return hashlib.sha256(b"\0" + leaves[0]).digest()
    half = split(len(leaves))
    return hashlib.sha256(b"\1" + reference_root(leaves[:half]) + reference_root(leaves[half:])).digest()


def reference_path(index, leaves):
    """PATH of RFC 9162 §2.1.3.1, as written there."""
    if len(leaves) == 1:
        return []
    half = split(len(leaves))
    if index < half:
        return [*reference_path(index, leaves[:half]), reference_root(leaves[half:])]
    return [*reference_path(index - half, leaves[half:]), reference_root(leaves[:half])]


def reference_subproof(size, leaves, known):
    """SUBPROOF of RFC 9162 §2.1.4.1, as written there."""
    if size == len(leaves):
        return [] if known else [reference_root(leaves)]
    half = split(len(leaves))
    if size <= half:
        return [*reference_subproof(size, leaves[:half], known), reference_root(leaves[half:])]
    return [*reference_subproof(size - half, leaves[half:], False), reference_root(leaves[:half])]


def flip(data, at):
    return data[: at // 8] + bytes([data[at // 8] ^ 1 << at % 8]) + data[at // 8 + 1 :]


@pytest.mark.parametrize("size", range(9))
def test_known_roots(size):
    assert merkle.root(LEAVES[:size]).hex() == ROOTS[size]
    assert merkle.Tree(LEAVES[:size]).root.hex() == ROOTS[size]


def test_known_proofs():
    assert [node.hex() for node in merkle.inclusion_proof(LEAVES, 0)] == FIRST_OF_EIGHT
    assert [node.hex() for node in merkle.consistency_proof(LEAVES, 6)] == SIX_IN_EIGHT


@settings(deadline=None)
@given(MANY)
def test_root_is_the_recursive_one(leaves):
    assert merkle.root(iter(leaves)) == reference_root(leaves)


@settings(deadline=None)
@given(MANY, st.data())
def test_inclusion(leaves, data):
    index = data.draw(st.integers(0, len(leaves) - 1))
    proof, root = merkle.inclusion_proof(leaves, index), merkle.root(leaves)
    assert proof == reference_path(index, leaves)
    assert merkle.verify_inclusion(leaves[index], index, len(leaves), proof, root)
    assert not merkle.verify_inclusion(leaves[index] + b"x", index, len(leaves), proof, root)
    assert not merkle.verify_inclusion(leaves[index], index, len(leaves), [*proof, root], root)
    assert not merkle.verify_inclusion(leaves[index], len(leaves), len(leaves), proof, root)
    assert not merkle.verify_inclusion(leaves[index], index, len(leaves), proof, flip(root, 7))
    if proof:
        assert not merkle.verify_inclusion(leaves[index], index, len(leaves), proof[:-1], root)
        bent = data.draw(st.integers(0, len(proof) - 1))
        proof[bent] = flip(proof[bent], data.draw(st.integers(0, 255)))
        assert not merkle.verify_inclusion(leaves[index], index, len(leaves), proof, root)


def test_a_proof_names_one_place():
    leaves = [bytes([n]) for n in range(13)]
    tree = merkle.Tree(leaves)
    for index in range(13):
        proof = tree.inclusion_proof(index)
        places = [n for n in range(13) if merkle.verify_inclusion(leaves[index], n, 13, proof, tree.root)]
        assert places == [index]


@settings(deadline=None)
@given(MANY, st.data())
def test_consistency(leaves, data):
    size = data.draw(st.integers(1, len(leaves)))
    proof, root, old = merkle.consistency_proof(leaves, size), merkle.root(leaves), merkle.root(leaves[:size])
    assert proof == reference_subproof(size, leaves, True)
    assert merkle.verify_consistency(size, len(leaves), old, root, proof)
    assert not merkle.verify_consistency(size, len(leaves), flip(old, 3), root, proof)
    assert not merkle.verify_consistency(size, len(leaves), old, flip(root, 3), proof)
    assert not merkle.verify_consistency(size, len(leaves), old, root, [*proof, root])
    if proof:
        assert not merkle.verify_consistency(size, len(leaves), old, root, proof[:-1])
        bent = data.draw(st.integers(0, len(proof) - 1))
        proof[bent] = flip(proof[bent], data.draw(st.integers(0, 255)))
        assert not merkle.verify_consistency(size, len(leaves), old, root, proof)


def test_a_rewritten_past_is_inconsistent():
    leaves = [bytes([n]) for n in range(11)]
    altered = [b"other", *leaves[1:]]
    for size in range(1, 11):
        proof = merkle.consistency_proof(altered, size)
        assert not merkle.verify_consistency(size, 11, merkle.root(leaves[:size]), merkle.root(altered), proof)


def test_outside_the_tree():
    for call in (lambda: merkle.inclusion_proof([b"a"], 1), lambda: merkle.inclusion_proof([], 0)):
        with pytest.raises(UsageError, match="there is no leaf"):
            call()
    for size in (0, 2):
        with pytest.raises(UsageError, match="no earlier state"):
            merkle.consistency_proof([b"a"], size)
    assert not merkle.verify_consistency(0, 1, b"", merkle.root([b"a"]), [])
    assert not merkle.verify_consistency(1, 2, merkle.root([b"a"]), merkle.root([b"a"]), [])


def test_a_leaf_is_not_a_node():
    left, right = merkle.leaf_hash(b"a"), merkle.leaf_hash(b"b")
    assert merkle.root([left + right]) != merkle.root([b"a", b"b"])


def test_salted_leaf():
    salt = bytes(range(32))
    assert merkle.salted_leaf(salt, b"text") == hashlib.sha256(salt + b"text").digest()
    with pytest.raises(UsageError, match="32 bytes"):
        merkle.salted_leaf(salt[:31], b"text")
    with pytest.raises(UsageError, match="32 bytes"):
        merkle.salted_leaf(salt + b"t", b"ext")


@pytest.mark.slow
def test_a_million_leaves():
    leaves = [n.to_bytes(4, "big") for n in range(1_000_000)]
    tree = merkle.Tree(leaves)
    assert merkle.root(leaves) == tree.root
    proof = tree.inclusion_proof(765_432)
    assert len(proof) == 20
    assert merkle.verify_inclusion(leaves[765_432], 765_432, 1_000_000, proof, tree.root)
