"""What this service is, what it knows, how well it does, and how accessible it is."""

from fastapi import APIRouter

router = APIRouter(include_in_schema=False)
