"""What the patterns saw in a question, as numbers beside its vector."""

import numpy as np
from numpy.typing import NDArray

from assistant.context import Asked
from assistant.patterns import attacks, intents, slots
from assistant.scope import foreign_hits, subject_hits
from ingest.encoder import Vectors
from ingest.french import fold


def with_cues(vector: Vectors, asked: Asked, words: str) -> NDArray[np.float32]:
    """The vector followed by one number a cue, (d + cues,): intents, details, attack, subjects, places, names, length."""
    text = fold(words)
    cues = [
        *(float(name in asked.intents) for name in intents()),
        *(float(name in asked.slots) for name in slots()),
        float(any(pattern.search(text) for pattern in attacks())),
        float(subject_hits(text)),
        float(foreign_hits(text)),
        float(bool(asked.mentions.outside)),
        float(asked.mentions.inside),
        float(bool(asked.mentions.documents)),
        float(asked.reference is not None),
        float(bool(asked.concepts)),
        len(words) / 100,
    ]
    return np.concatenate([vector, np.array(cues, np.float32)])
