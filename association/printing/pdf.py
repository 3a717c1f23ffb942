"""HTML to PDF with WeasyPrint, made for many documents from one process.

What can be kept is kept: the font configuration and the parsed style sheets, one set for each process, never shared
across a fork. WeasyPrint prints on quietly when a picture or a glyph is missing; here that stops the document.
"""

from __future__ import annotations

import logging
import os
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from functools import cached_property
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

from django.conf import settings

from association.printing import fonts, pdfium

Finisher = Callable[[Any, Any], None]

LIMIT = 200_000  # characters of HTML; a certificate has 6,000


class NotPrinted(Exception):
    """The document was not made; the message says what WeasyPrint complained about."""


class Unprintable(NotPrinted):
    """No installed font shows these ``characters``."""

    def __init__(self, characters: str) -> None:
        self.characters = characters
        super().__init__(f"no font shows {characters}")


class Forbidden(NotPrinted):
    """The document asked for something that is not ours: the network, or a file outside our folders."""


def render(html: str, stylesheets: Sequence[Path] = (), *, finisher: Finisher | None = None) -> bytes:
    """The PDF of an HTML page, set with our style sheets (files; each is read once per process).

    Title, author and language come from ``<title>``, ``<meta name=author>`` and ``<html lang>``. The same page gives
    the same bytes. Tens of milliseconds; calls from several threads wait for each other. ``finisher(document, pdf)``
    sees WeasyPrint's document and the ``pydyf.PDF`` before it is written.

    :raises Unprintable: when a character has no glyph.
    :raises NotPrinted: on any other warning: a picture that does not load, a property that is not understood.
    """
    if len(html) > LIMIT:
        raise NotPrinted(f"{len(html)} characters of HTML, at most {LIMIT}")
    with _press_lock:
        return _our_press().render(html, stylesheets, finisher)


def warm() -> None:
    """Load the library and the fonts, so that the first document of a worker is as fast as the next."""
    render('<html lang="zh-Hans"><p style="font-family: Huiji Serif">会<b>籍</b></p></html>')


def png(pdf: bytes, page: int = 0, width: int = 1240) -> bytes:
    """A page of a PDF (counted from 0) as a PNG, ``width`` pixels wide.

    :raises IndexError: when there is no such page.
    """
    with pdfium.opened(pdf) as document:
        return pdfium.picture(document, page, width=width)


def text(pdf: bytes) -> str:
    """The text of a PDF, as a reader would copy it."""
    with pdfium.opened(pdf) as document:
        return pdfium.text(document)


class _Complaints(logging.Handler):
    """Collects what WeasyPrint only warns about."""

    def __init__(self) -> None:
        super().__init__(logging.WARNING)
        self.records: list[logging.LogRecord] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.records.append(record)

    def raise_if_any(self) -> None:
        unknown = [
            str(record.args[0])
            for record in self.records
            if ".notdef" in str(record.msg) and isinstance(record.args, tuple) and record.args
        ]
        if unknown:
            raise Unprintable("".join(dict.fromkeys(unknown)))
        if self.records:
            raise NotPrinted("; ".join(dict.fromkeys(record.getMessage() for record in self.records)))


@contextmanager
def _attentive() -> Iterator[None]:
    """Turn the warnings of the block into an exception, whatever the logging settings are."""
    logger, complaints = logging.getLogger("weasyprint"), _Complaints()
    level, disabled, propagate = logger.level, logger.disabled, logger.propagate
    logger.addHandler(complaints)
    logger.setLevel(logging.WARNING)
    logger.disabled, logger.propagate = False, False
    try:
        yield
    finally:
        logger.removeHandler(complaints)
        logger.setLevel(level)
        logger.disabled, logger.propagate = disabled, propagate
    complaints.raise_if_any()


class _Press:
    """What one process keeps between documents."""

    def __init__(self) -> None:
        import weasyprint  # 0.5 s, and only processes that print need it
        from weasyprint.text.fonts import FontConfiguration

        self.weasyprint = weasyprint
        self.configuration = FontConfiguration()
        self.sheets: dict[Path, Any] = {}

    @cached_property
    def fetcher(self) -> Any:
        from weasyprint.urls import URLFetcher

        folders = [Path(settings.BASE_DIR) / "static", Path(settings.BASE_DIR) / "templates", Path(settings.FONTS_DIR)]
        roots = [folder.resolve() for folder in folders]

        class OwnFilesOnly(URLFetcher):
            def fetch(self, url: str, headers: Any = None) -> Any:
                parts = urlsplit(url)
                path = Path(unquote(parts.path)).resolve()
                own = parts.scheme == "file" and not parts.netloc and any(path.is_relative_to(root) for root in roots)
                if parts.scheme != "data" and not own:
                    raise Forbidden(f"a document may not load {url}")
                return super().fetch(url, headers)

        return OwnFilesOnly(allowed_protocols=("file", "data"), allow_redirects=False, fail_on_errors=True)

    @cached_property
    def faces(self) -> Any:
        return self._parse(string=fonts.stylesheet())

    def sheet(self, path: Path) -> Any:
        if path not in self.sheets:
            self.sheets[path] = self._parse(filename=str(path))
        return self.sheets[path]

    def _parse(self, **source: str) -> Any:
        return self.weasyprint.CSS(**source, font_config=self.configuration, url_fetcher=self.fetcher)

    def render(self, html: str, stylesheets: Sequence[Path], finisher: Finisher | None) -> bytes:
        from weasyprint.urls import FatalURLFetchingError

        try:
            with _attentive():
                sheets = [self.faces, *(self.sheet(path) for path in stylesheets)]
                page = self.weasyprint.HTML(string=html, base_url="about:blank", url_fetcher=self.fetcher)
                return page.write_pdf(stylesheets=sheets, font_config=self.configuration, finisher=finisher)
        except FatalURLFetchingError as error:
            if isinstance(error.__cause__, Forbidden):
                raise error.__cause__ from error
            raise NotPrinted(str(error)) from error


_press: _Press | None = None
_press_lock = threading.Lock()
_press_of_parent: _Press | None = None


def _our_press() -> _Press:
    global _press  # noqa: PLW0603 - one for each process
    if _press is None:
        _press = _Press()
    return _press


def _leave_press_to_parent() -> None:
    """After a fork the press belongs to the parent: never use it, and never let its end delete the parent's fonts."""
    global _press, _press_lock, _press_of_parent
    if _press is not None:
        _press.configuration._folder = None
    _press, _press_of_parent, _press_lock = None, _press, threading.Lock()


os.register_at_fork(after_in_child=_leave_press_to_parent)
