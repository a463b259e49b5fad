"""A sentence-transformers module that runs a text encoder in onnxruntime, without padding.

Each text runs alone, on one thread, several texts at once: on a CPU this beats a padded batch of unequal texts, and a
vector is the same to the bit whatever texts are encoded beside it.
"""

import shutil
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any, Self

import numpy as np
import onnxruntime
import torch
from numpy.typing import NDArray
from sentence_transformers.base.modules import InputModule
from tokenizers import Tokenizer

FILES = ("model.onnx", "model.bin", "tokenizer.json")


class OnnxBert(InputModule):
    """First module of a sentence-transformers folder that holds `model.onnx`, `model.bin` and `tokenizer.json`."""

    def __init__(self, folder: Path, texts_at_once: int = 1, threads_per_text: int = 1, graph: str = "model.onnx") -> None:
        super().__init__()  # type: ignore[no-untyped-call]  # the library leaves its constructor untyped
        self.folder = folder
        self.tokenizer: Tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads, options.inter_op_num_threads = threads_per_text, 1
        self.session = onnxruntime.InferenceSession(str(folder / graph), options, providers=["CPUExecutionProvider"])
        self.pool = ThreadPoolExecutor(texts_at_once, thread_name_prefix="embedding")

    @property
    def max_seq_length(self) -> int:
        """Tokens a text may have, special ones included; what follows is not read."""
        return int((self.tokenizer.truncation or {})["max_length"])

    def get_embedding_dimension(self) -> int:
        """Length of a vector."""
        return int(self.session.get_outputs()[0].shape[-1])

    def preprocess(self, inputs: Any, prompt: str | None = None, **kwargs: Any) -> dict[str, Any]:
        """Token ids of all texts end to end (`input_ids`) and the number of tokens of each (`lengths`)."""
        found = self.tokenizer.encode_batch_fast([f"{prompt or ''}{text}" for text in inputs])
        ids = np.concatenate([np.array(one.ids, np.int64) for one in found])
        return {"input_ids": torch.from_numpy(ids), "lengths": [len(one.ids) for one in found]}

    def forward(self, features: dict[str, Any], **kwargs: Any) -> dict[str, Any]:
        """Add `sentence_embedding`, float32, shape (texts, dimension), mean-pooled and not yet normalised."""
        ends = np.cumsum(features["lengths"])[:-1]
        texts = np.split(features["input_ids"].numpy(), ends)
        rows = [self.run(texts[0])] if len(texts) == 1 else list(self.pool.map(self.run, texts))
        features["sentence_embedding"] = torch.from_numpy(np.concatenate(rows))
        return features

    def run(self, ids: NDArray[np.int64]) -> NDArray[np.float32]:
        """The vector of one text, shape (1, dimension)."""
        (vector,) = self.session.run(None, {"input_ids": ids[None]})
        return np.asarray(vector, np.float32)

    def save(self, output_path: str, *args: Any, safe_serialization: bool = True, **kwargs: Any) -> None:
        """Copy the three files of the module to another folder."""
        for name in FILES:
            shutil.copyfile(self.folder / name, Path(output_path) / name)

    @classmethod
    def load(cls, model_name_or_path: str, *args: Any, **kwargs: Any) -> Self:
        """Load from a local folder; `model_kwargs` are the arguments of `OnnxBert` after `folder`."""
        return cls(Path(model_name_or_path), **(kwargs.get("model_kwargs") or {}))
