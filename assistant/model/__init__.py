"""Answers worded by a language model from the cited passages, each sentence held against them before it is shown."""
