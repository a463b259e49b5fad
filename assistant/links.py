"""Where a provision can be read by a person."""


def link_to(provision_id: str) -> str:
    """The path of the text's page with the provision as its fragment."""
    document, _, rest = provision_id.partition("/")
    return f"/texte/{document}#{rest}"
