"""What the index asks of an embedding model, so that any model, or a toy one, can stand behind it."""

from collections.abc import Callable, Sequence
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

Vectors = NDArray[np.float32]
Progress = Callable[[str, int, int], None]
"""Told the stage, the units done and the units in all."""


class Encoder(Protocol):
    """A text encoder: `identity` changes whenever the vectors of a text would; `dimension` is their length."""

    @property
    def identity(self) -> str: ...

    @property
    def dimension(self) -> int: ...

    def encode_documents(self, texts: Sequence[str]) -> Vectors:
        """(n, dimension), each row of length 1."""

    def encode_query(self, text: str) -> Vectors:
        """(dimension,), of length 1."""
