"""Pictures of pages for the desk and the phone."""

import io
from concurrent.futures import ThreadPoolExecutor

import pikepdf
import pytest
from PIL import Image

from association.files.preview import MAX_PIXELS, page_count, page_png


def pdf(*sizes):
    with pikepdf.new() as document:
        for number, size in enumerate(sizes):
            document.add_blank_page(page_size=size)
            document.pages[number].Contents = document.make_stream(b"0 0 1 rg 0 0 9999 9999 re f")
        output = io.BytesIO()
        document.save(output)
        return output.getvalue()


def png(size=(400, 200), mode="RGB"):
    output = io.BytesIO()
    Image.new(mode, size).save(output, "PNG")
    return output.getvalue()


def opened(data):
    image = Image.open(io.BytesIO(data))
    assert image.format == "PNG"
    return image


def test_a_page_of_a_pdf_at_the_width_asked_for():
    data = pdf((600, 800), (300, 300))
    assert page_count(data, "application/pdf") == 2
    assert opened(page_png(data, "application/pdf", 1, 300)).size == (300, 400)
    second = opened(page_png(data, "application/pdf", 2, 150))
    assert second.size == (150, 150)
    assert second.getpixel((75, 75)) == (0, 0, 255)


@pytest.mark.parametrize("page", [0, 3, -1])
def test_no_such_page(page):
    with pytest.raises(IndexError, match="no page"):
        page_png(pdf((600, 800), (600, 800)), "application/pdf", page, 300)
    with pytest.raises(IndexError, match="no page"):
        page_png(png(), "image/png", 2 if page == 3 else page, 300)


def test_a_picture_is_made_smaller_never_larger():
    assert opened(page_png(png(), "image/png", 1, 100)).size == (100, 50)
    assert opened(page_png(png(), "image/png", 1, 3000)).size == (400, 200)
    assert opened(page_png(png(mode="RGBA"), "image/png", 1, 100)).mode == "RGBA"


def test_absurd_sizes_are_brought_within_bounds():
    assert opened(page_png(pdf((3, 14400)), "application/pdf", 1, 3000)).size[1] < 14400 * 1000
    tall = opened(page_png(pdf((3, 14400)), "application/pdf", 1, 10**9))
    assert tall.width * tall.height <= MAX_PIXELS * 1.01
    assert opened(page_png(png((2, 5000)), "image/png", 1, 0)).size == (2, 5000)


def test_ofd_has_no_preview():
    assert page_count(b"PK", "application/ofd") is None
    assert page_png(b"PK", "application/ofd", 1, 300) is None


def test_threads_take_turns():
    data = pdf((600, 800))
    with ThreadPoolExecutor(8) as pool:
        pictures = set(pool.map(lambda _: page_png(data, "application/pdf", 1, 200), range(40)))
    assert len(pictures) == 1
