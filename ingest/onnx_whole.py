"""Products in whole numbers: a text is encoded in less than half the time, at a cosine of 0.999 to fp32.

Each token's numbers are rounded on a scale of their own, to one byte, and each row of a matrix to 7 bits: with 8, a
processor that adds products in pairs of 16 bits (AVX2) would cut them off, and a vector would depend on the machine.
What tokens look for in each other suffers most from rounding: there, each half of a token's numbers has its own scale.
"""

from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from onnx import TensorProto

from ingest.e5_file import E5File
from ingest.onnx_graph import Writer

STEPS, WEIGHT_STEPS = 127, 63
"""Steps on either side of zero: of a token's numbers, of a matrix's."""
HALVED = ".qkv"
MIDDLE = 128
"""The byte that stands for zero."""


class WholeWriter(Writer):
    """A `Writer` whose products are in whole numbers."""

    def __init__(self, model: E5File, graph: Path) -> None:
        super().__init__(model, graph)
        self._zero = self.raw("middle", TensorProto.UINT8, (), bytes([MIDDLE]))
        self._steps = self.weight("steps", np.array([STEPS], np.float32))
        self._shift = self.weight("shift", np.array([MIDDLE + 0.5], np.float32))
        self._across = self.whole_numbers("across", [-1])

    def product(self, source: str, name: str, matrix: NDArray[np.float32]) -> str:
        """The same, rounded: whole numbers are multiplied and added exactly, then brought back to scale."""
        if not name.endswith(HALVED):
            return self._product(source, name, matrix)
        halves = self.parted(source, [f"{name}.first", f"{name}.second"])
        columns = np.split(matrix, 2, axis=1)
        products = [self._product(half, half, part) for half, part in zip(halves, columns, strict=True)]
        return self.node("Add", products, f"{name}.product")

    def _product(self, source: str, name: str, matrix: NDArray[np.float32]) -> str:
        scales = np.abs(matrix).max(axis=1) / np.float32(WEIGHT_STEPS)
        whole = np.rint(matrix / scales[:, None]).astype(np.int8).T
        weights = self.raw(f"{name}.w", TensorProto.INT8, whole.shape, np.ascontiguousarray(whole).tobytes())
        rounded, scale = self._rounded(source, name)
        added = self.node("MatMulInteger", [rounded, weights, self._zero], f"{name}.added")
        real = self.node("Cast", [added], f"{name}.real", to=TensorProto.FLOAT)
        scaled = self.node("Mul", [real, self.weight(f"{name}.scales", scales)], f"{name}.scaled")
        return self.node("Mul", [scaled, scale], f"{name}.product")

    def _rounded(self, source: str, name: str) -> tuple[str, str]:
        """Bytes that stand for the numbers of each token, and what one step is worth for each token."""
        sizes = self.node("Abs", [source], f"{name}.sizes")
        largest = self.node("ReduceMax", [sizes, self._across], f"{name}.largest", keepdims=1)
        scale = self.node("Div", [largest, self._steps], f"{name}.step")
        steps = self.node("Div", [source, scale], f"{name}.steps")
        shifted = self.node("Add", [steps, self._shift], f"{name}.shifted")
        return self.node("Cast", [shifted], f"{name}.bytes", to=TensorProto.UINT8), scale
