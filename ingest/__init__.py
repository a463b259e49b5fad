"""From published texts to an index of provisions that can be cited to the letter."""

from ingest import quiet as quiet
