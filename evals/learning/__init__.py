"""Fits what the assistant learns from written examples of how people ask; see the README beside."""
