"""Answers to programs: packed, with an ETag, kept by no cache."""

import gzip
import hashlib

from flask import Response, make_response, request

WORTH_PACKING = 500


def sent(body: bytes, kind: str, *, tag: str = "") -> Response:
    """The body with its ETag, packed for whoever takes it, kept by no cache; 304 to one who holds the same already.

    `tag`: what the body says, when not every byte of it counts; else that of its bytes.
    """
    answer = make_response(body)
    answer.content_type = kind
    answer.headers["Cache-Control"] = "no-store"
    answer.vary.add("Accept-Encoding")
    answer.set_etag(tag or hashlib.sha256(body).hexdigest()[:20])
    if len(body) > WORTH_PACKING and "gzip" in request.accept_encodings:
        answer.set_data(gzip.compress(body, 6, mtime=0))
        answer.content_encoding = "gzip"
    return answer.make_conditional(request)
