"""Writes all descriptions: `python -m gateway.describing`, as one JSON object of texts."""

import json
import sys

from gateway.describing import asyncapi, events_page, openapi


def texts() -> dict[str, str]:
    """OpenAPI's and AsyncAPI's descriptions as JSON, and the latter as a page."""
    events = asyncapi.description()
    return {
        "openapi": json.dumps(openapi.description(), ensure_ascii=False),
        "asyncapi": json.dumps(events, ensure_ascii=False),
        "events_page": events_page.page(events),
    }


if __name__ == "__main__":
    json.dump(texts(), sys.stdout)
