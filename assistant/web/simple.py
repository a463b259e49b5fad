"""A question in a form and its answer with sources, without a script."""

from fastapi import APIRouter

router = APIRouter(include_in_schema=False)
