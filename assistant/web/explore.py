"""What each text covers, two texts side by side, and the commitments as a table."""

from fastapi import APIRouter

router = APIRouter(include_in_schema=False)
