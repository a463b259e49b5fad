"""Files that appear whole or not at all."""

import os
from pathlib import Path


def replace_file(path: Path, text: str) -> None:
    """Write a text in UTF-8 beside a file, then put it in its place; raises OSError."""
    aside = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        aside.write_text(text, encoding="utf-8", newline="\n")
        aside.replace(path)
    finally:
        aside.unlink(missing_ok=True)
