"""The page on which questions are asked: its frame, and how an answer is shown."""
