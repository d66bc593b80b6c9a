"""A step of a flow: one line of JSON when it is done; when it fails, one with what was said, and the end."""

import json
import sys
import time
import traceback
from contextlib import contextmanager

_SHOWN = 3
_exchanges = []


def remember(response, *_arguments, **_options):
    """Keeps an answer and its request, so that a step that fails can show them; a response hook of `requests`."""
    body = response.request.body
    _exchanges.append({
        "request": f"{response.request.method} {response.request.url}",
        "body": body.decode() if isinstance(body, bytes) else body,
        "status": response.status_code,
        "location": response.headers.get("location"),
        "answer": response.text[:2000],
    })


@contextmanager
def step(name):
    """Runs what stands under it as one step."""
    begun = time.monotonic()
    try:
        yield
    except Exception:
        print(json.dumps({
            "step": name,
            "passed": False,
            "error": traceback.format_exc(),
            "exchanges": _exchanges[-_SHOWN:],
        }))
        sys.exit(1)
    print(json.dumps({"step": name, "passed": True, "milliseconds": round((time.monotonic() - begun) * 1000)}))


@contextmanager
def refused(error, kind=Exception):
    """Expects a refusal with this error code."""
    try:
        yield
    except kind as refusal:
        assert getattr(refusal, "error", None) == error, repr(refusal)
    else:
        raise AssertionError(f"this was allowed, and should be refused with {error}")
