"""Write multilingual-e5-small as an ONNX graph: token ids of equally long texts in, mean-pooled vectors out.

The computation is BERT's: in fp32, or with the products of its layers in whole numbers (`ingest.onnx_whole`). There is
no attention mask: texts are never padded. The word embeddings stay in the 4 bits they come in and are unpacked,
exactly, when a row is read: 54 MB on disk and in memory instead of 384.
"""

from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from onnx import ModelProto, NodeProto, TensorProto, helper
from onnx.external_data_helper import set_external_data

from ingest.e5_file import BLOCK, E5File

INPUT, OUTPUT = "input_ids", "sentence_embedding"
OPSET, IR_VERSION = 21, 10
RUNTIME = "com.microsoft"


class Writer:
    """Collects nodes and appends each weight to the file that lies beside the graph; products are in fp32."""

    def __init__(self, model: E5File, graph: Path) -> None:
        self.model = model
        self.nodes: list[NodeProto] = []
        self.weights: list[TensorProto] = []
        self._file = graph.with_suffix(".bin").open("wb")

    def close(self) -> None:
        self._file.close()

    def node(self, kind: str, inputs: list[str], output: str, domain: str = "", **attributes: int | float) -> str:
        made = NodeProto(op_type=kind, input=inputs, output=[output], domain=domain)
        made.attribute.extend(helper.make_attribute(key, value) for key, value in sorted(attributes.items()))
        self.nodes.append(made)
        return output

    def raw(self, name: str, kind: int, shape: tuple[int, ...], content: bytes) -> str:
        tensor = TensorProto(name=name, data_type=kind, dims=shape, raw_data=b"")
        set_external_data(tensor, Path(self._file.name).name, offset=self._file.tell(), length=self._file.write(content))
        tensor.ClearField("raw_data")
        self.weights.append(tensor)
        return name

    def weight(self, name: str, array: NDArray[np.float32]) -> str:
        return self.raw(name, TensorProto.FLOAT, array.shape, np.ascontiguousarray(array).tobytes())

    def whole_numbers(self, name: str, values: list[int]) -> str:
        self.weights.append(helper.make_tensor(name, TensorProto.INT64, (len(values),), values))
        return name

    def linear(self, source: str, name: str, rows: int, columns: int) -> str:
        product = self.product(source, name, self.model.dense(f"{name}.w", rows, columns))
        return self.node("Add", [product, self.weight(f"{name}.b", self.model.dense(f"{name}.b", rows))], f"{name}.out")

    def product(self, source: str, name: str, matrix: NDArray[np.float32]) -> str:
        """Each row of `source` times `matrix`, one row of which makes one column of what comes out."""
        return self.node("MatMul", [source, self.weight(f"{name}.w", matrix.T)], f"{name}.product")

    def parted(self, source: str, parts: list[str]) -> list[str]:
        """Equal parts of each row of `source`."""
        split = NodeProto(op_type="Split", input=[source], output=parts)
        split.attribute.extend([helper.make_attribute("axis", -1), helper.make_attribute("num_outputs", len(parts))])
        self.nodes.append(split)
        return parts

    def layer_norm(self, source: str, name: str) -> str:
        size = self.model.hidden
        parameters = [self.weight(f"{name}.{part}", self.model.dense(f"{name}.{part}", size)) for part in "wb"]
        output = f"{name}.out"
        return self.node("LayerNormalization", [source, *parameters], output, axis=-1, epsilon=self.model.epsilon)


def write_graph(model: E5File, graph: Path, kind: type[Writer] = Writer) -> None:
    """Write the file `graph` and, beside it, the weights; the same model always gives the same bytes."""
    writer = kind(model, graph)
    try:
        state = _embeddings(writer)
        for layer in range(model.layers):
            state = _layer(writer, state, f"l{layer}")
        writer.node("ReduceMean", [state, writer.whole_numbers("tokens_axis", [1])], OUTPUT, keepdims=0)
    finally:
        writer.close()
    graph.write_bytes(_proto(writer).SerializeToString(deterministic=True))


def _embeddings(writer: Writer) -> str:
    model = writer.model
    words = _word_rows(writer)
    positions = model.dense("emb.pos", model.positions, model.hidden)
    first_type = model.dense("emb.type", model.tensors["emb.type"][0] // model.hidden, model.hidden)[0]
    table = writer.weight("positions", positions + first_type)
    length = writer.node("Shape", [INPUT], "length", start=1, end=2)
    bounds = [writer.whole_numbers("first", [0]), length, writer.whole_numbers("rows_axis", [0])]
    places = writer.node("Slice", [table, *bounds], "places")
    return writer.layer_norm(writer.node("Add", [words, places], "embedded"), "emb.ln")


def _word_rows(writer: Writer) -> str:
    model = writer.model
    values, scales = model.blocks("emb.word")
    nibbles = values.reshape(-1).view(np.uint8) & 15
    packed = nibbles[0::2] | (nibbles[1::2] << 4)
    words = writer.raw("words", TensorProto.INT4, (model.vocabulary, model.hidden), packed.tobytes())
    scale = writer.weight("words.scale", scales.reshape(model.vocabulary, model.hidden // BLOCK))
    return writer.node(
        "GatherBlockQuantized", [words, INPUT, scale], "rows", RUNTIME,
        gather_axis=0, quantize_axis=1, block_size=BLOCK,
    )  # fmt: skip


def _layer(writer: Writer, state: str, name: str) -> str:
    hidden, inner, heads = writer.model.hidden, writer.model.inner, writer.model.heads
    seen = writer.node("MultiHeadAttention", _asked_and_given(writer, state, name), f"{name}.attention", RUNTIME, num_heads=heads)
    attended = writer.linear(seen, f"{name}.ao", hidden, hidden)
    state = writer.layer_norm(writer.node("Add", [attended, state], f"{name}.seen"), f"{name}.aln")
    wide = writer.node("Gelu", [writer.linear(state, f"{name}.fi", inner, hidden)], f"{name}.gelu")
    narrow = writer.linear(wide, f"{name}.fo", hidden, inner)
    return writer.layer_norm(writer.node("Add", [narrow, state], f"{name}.thought"), f"{name}.oln")


def _asked_and_given(writer: Writer, state: str, name: str) -> list[str]:
    """Queries, keys and values, made by one product and then parted, and their bias."""
    model, hidden = writer.model, writer.model.hidden
    matrix = np.concatenate([model.dense(f"{name}.{part}.w", hidden, hidden) for part in "qkv"])
    bias = np.concatenate([model.dense(f"{name}.{part}.b", hidden) for part in "qkv"])
    product = writer.product(state, f"{name}.qkv", matrix)
    return [*writer.parted(product, [f"{name}.{part}" for part in "qkv"]), writer.weight(f"{name}.qkv.b", bias)]


def _proto(writer: Writer) -> ModelProto:
    tokens = helper.make_tensor_value_info(INPUT, TensorProto.INT64, ["texts", "tokens"])
    vectors = helper.make_tensor_value_info(OUTPUT, TensorProto.FLOAT, ["texts", writer.model.hidden])
    graph = helper.make_graph(writer.nodes, "multilingual-e5-small", [tokens], [vectors], writer.weights)
    versions = [helper.make_opsetid("", OPSET), helper.make_opsetid(RUNTIME, 1)]
    return helper.make_model(graph, opset_imports=versions, ir_version=IR_VERSION)
