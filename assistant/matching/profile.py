"""What an asker says, made a profile: from the messages of a conversation, or from the fields of a form."""

from collections.abc import Sequence

from assistant.matching.fields import ProfileError, profile_from_fields
from assistant.matching.merging import Conversation
from assistant.matching.reading import Context
from assistant.matching.types import Profile, Slot
from assistant.spelling import Speller
from ingest.territories import Territories

__all__ = ["ProfileError", "profile_from_fields", "read_profile"]


def read_profile(
    turns: Sequence[str], territories: Territories, speller: Speller | None = None, asked: Sequence[Slot | None] = ()
) -> Profile:
    """The profile that the user's messages tell, oldest first; later facts replace earlier ones of the same slot.

    `asked` holds, for each message, the slot that was asked for just before it, or None; empty when nothing was. Words that
    `speller` knows are never taken for slips. Raises ValueError when `asked` and `turns` differ in length.
    """
    conversation = Conversation(Context(territories, speller, "fr"))
    for turn, slot in zip(turns, asked or [None] * len(turns), strict=True):
        conversation.hear(turn, slot)
    return conversation.profile()
