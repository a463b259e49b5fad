"""Which support is for me: the wizard over the matcher, its results and the road map to take away."""

from fastapi import APIRouter

router = APIRouter(include_in_schema=False)
