"""The page for an address that holds nothing: what is not here, and where to go instead."""

from fastapi import Request
from fastapi.responses import HTMLResponse

from assistant.web.rendering import page


def missing(request: Request, what: str) -> HTMLResponse:
    """The page of status 404; `what` is `document` or `scheme`."""
    return page(request, "missing.html", "texts", status_code=404, what=what)
