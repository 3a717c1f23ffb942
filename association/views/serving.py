"""Send the bytes of a private file to somebody who may have it."""

from __future__ import annotations

from io import BytesIO

from django.http import FileResponse


def private(data: bytes, *, name: str, media_type: str, download: bool = False) -> FileResponse:
    """The file under its own name, kept by no cache on the way; ``download`` has it saved rather than shown."""
    response = FileResponse(BytesIO(data), as_attachment=download, filename=name, content_type=media_type)
    response["Cache-Control"] = "private, no-store"
    return response
