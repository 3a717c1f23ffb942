"""Uploads: what is refused and in which words, and what is left of a hostile file after cleaning."""

import io
import tracemalloc
import zipfile
import zlib

import pikepdf
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from association.files import ofd
from association.files.cleaning import Unacceptable, clean, safe_name
from association.files.phrases import PHRASES, ask, say

ALL = ("pdf", "jpg", "png", "ofd")
MEGA = 1024 * 1024


def upload(data, name="file.pdf", *, allowed=ALL, max_bytes=20 * MEGA, max_pages=60):
    return clean(io.BytesIO(data), declared_name=name, max_bytes=max_bytes, max_pages=max_pages, allowed=allowed)


def refusal(data, name="file.pdf", **limits):
    with pytest.raises(Unacceptable) as refused:
        upload(data, name, **limits)
    words = say(refused.value.code, refused.value.facts)
    assert "%" not in words
    assert "请" in words  # tells what to do
    return refused.value.code


def saved(document, **options):
    output = io.BytesIO()
    document.save(output, **options)
    return output.getvalue()


def pdf(pages=1, change=None, **options):
    with pikepdf.new() as document:
        for number in range(pages):
            document.add_blank_page(page_size=(595, 842))
            document.pages[number].Contents = document.make_stream(b"0 0 1 rg 50 50 200 200 re f")
        if change:
            change(document)
        return saved(document, **options)


def picture(encoding="JPEG", size=(80, 40), mode="RGB", **options):
    output = io.BytesIO()
    image = Image.new(mode, size)
    if mode == "RGB":
        image.paste((255, 0, 0), (0, 0, size[0] // 2, size[1]))  # left half red
    image.save(output, encoding, **options)
    return output.getvalue()


def packed(entries, **options):
    output = io.BytesIO()
    with zipfile.ZipFile(output, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in entries.items():
            archive.writestr(name, content, **options)
    return output.getvalue()


def certificate(pages=1, **more):
    """An OFD as an authority issues it, in small."""
    space = f'xmlns:ofd="{ofd.NAMESPACE}"'
    listed = "".join(f'<ofd:Page ID="{n}" BaseLoc="Pages/Page_{n}/Content.xml"/>' for n in range(pages))
    entries = {
        "OFD.xml": f'<?xml version="1.0" encoding="UTF-8"?><ofd:OFD {space} Version="1.0" DocType="OFD">'
        f"<ofd:DocBody><ofd:DocRoot>Doc_0/Document.xml</ofd:DocRoot></ofd:DocBody></ofd:OFD>",
        "Doc_0/Document.xml": f"<ofd:Document {space}><ofd:Pages>{listed}</ofd:Pages></ofd:Document>",
        "Doc_0/Signs/Sign_0/SignedValue.dat": b"\x30\x82seal",
    }
    entries |= {f"Doc_0/Pages/Page_{n}/Content.xml": f"<ofd:Page {space}/>" for n in range(pages)}
    return {**entries, **more}


class TestAcceptance:
    @pytest.mark.rule("ACG-17.3")
    @pytest.mark.parametrize(
        ("data", "name", "media_type"),
        [
            (picture(), "执照.jpg", "image/jpeg"),
            (picture(), "执照.JPEG", "image/jpeg"),
            (picture("PNG"), "执照.png", "image/png"),
            (pdf(), "执照.pdf", "application/pdf"),
            (packed(certificate()), "执照.ofd", "application/ofd"),
        ],
        ids=lambda value: value if isinstance(value, str) else "bytes",
    )
    def test_copy_scan_photo_and_electronic_certificate(self, data, name, media_type):
        cleaned = upload(data, name)
        assert cleaned.media_type == media_type
        assert cleaned.pages == 1
        assert cleaned.safe_name == f"执照.{cleaned.extension}"
        assert len(cleaned.sha256) == 64
        again = upload(cleaned.data, cleaned.safe_name)
        assert (again.media_type, again.pages) == (media_type, 1)

    def test_pages_are_counted(self):
        assert upload(pdf(3)).pages == 3
        assert upload(packed(certificate(4)), "a.ofd").pages == 4

    def test_a_name_without_extension_gets_one(self):
        assert upload(picture(), "mmexport1694").safe_name == "mmexport1694.jpg"

    def test_pictures_may_bear_each_others_extension(self):
        cleaned = upload(picture("PNG"), "wechat.jpg")
        assert (cleaned.extension, cleaned.safe_name) == ("png", "wechat.png")

    def test_a_scanner_may_write_before_the_pdf(self):
        assert upload(b"\r\nscan job 12\r\n" + pdf()).data.startswith(b"%PDF-")


class TestRefusal:
    def test_empty(self):
        assert refusal(b"") == "empty"

    def test_reading_stops_at_the_limit(self):
        class Endless(io.RawIOBase):
            given = 0

            def read(self, count=-1):
                assert 0 < count <= MEGA
                self.given += count
                return bytes(count)

        stream = Endless()
        tracemalloc.start()
        try:
            with pytest.raises(Unacceptable) as refused:
                clean(stream, declared_name="60MB.pdf", max_bytes=20 * MEGA, max_pages=60, allowed=ALL)
            assert tracemalloc.get_traced_memory()[1] < 32 * MEGA
        finally:
            tracemalloc.stop()
        assert stream.given == 20 * MEGA + 1
        assert refused.value.code == "too_large"
        assert say("too_large", refused.value.facts).startswith("文件超过 20 MB。请")

    def test_exactly_the_limit_is_read(self):
        data = pdf()
        assert upload(data, max_bytes=len(data)).pages == 1
        assert refusal(data, max_bytes=len(data) - 1) == "too_large"

    @pytest.mark.parametrize(
        ("data", "name", "code"),
        [
            (b"MZ" + bytes(200), "申请书.pdf", "renamed"),
            (b"MZ" + bytes(200), "申请书.exe", "unsupported"),
            (b"MZ" + bytes(200), "photo.jpg", "renamed"),
            (b"MZ" + bytes(200), "noextension", "unsupported"),
            (picture("PNG"), "a.pdf", "renamed"),
            (pdf(), "a.png", "renamed"),
            (pdf(), "a.exe", "renamed"),
            (picture("GIF"), "a.gif", "unsupported"),
            (b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>", "a.svg", "unsupported"),
            (b"<html><script>alert(1)</script>", "a.html", "unsupported"),
            (packed({"word/document.xml": "<w/>", "[Content_Types].xml": "<t/>"}), "a.docx", "unsupported"),
            (packed({"a.txt": "a"}), "a.zip", "unsupported"),
            (packed({"a.txt": "a"}), "a.pdf", "renamed"),
            (packed(certificate()), "a.pdf", "renamed"),
            (b"\0\0\0\x18ftypheic" + bytes(90), "IMG_0001.HEIC", "heic"),
            (b"\0\0\0\x18ftypmif1" + bytes(90), "IMG_0001.jpg", "heic"),
            (b"just text", "a.pdf", "pdf_broken"),
            (b"%PDF-1.7 and then nothing", "a.pdf", "pdf_broken"),
            (pdf(3)[:300], "a.pdf", "pdf_broken"),
            (picture()[:-60], "a.jpg", "picture_broken"),
            (picture("PNG")[:50], "a.png", "picture_broken"),
            (b"just text", "a.jpg", "picture_broken"),
            (b"just text", "a.ofd", "ofd_broken"),
        ],
        ids=lambda value: value if isinstance(value, str) else "bytes",
    )
    def test_says_what_is_wrong(self, data, name, code):
        assert refusal(data, name) == code

    def test_what_this_slot_does_not_take(self):
        with pytest.raises(Unacceptable) as refused:
            upload(picture(), "a.jpg", allowed=("pdf",))
        assert say(refused.value.code, refused.value.facts) == "此处不接受这种文件。请上传以下格式之一：PDF。"

    def test_too_many_pages(self):
        assert refusal(pdf(4), max_pages=3) == "too_many_pages"
        assert refusal(packed(certificate(4)), "a.ofd", max_pages=3) == "too_many_pages"
        assert upload(pdf(3), max_pages=3).pages == 3

    def test_a_password(self):
        locked = pdf(encryption=pikepdf.Encryption(user="secret", owner="secret"))
        assert refusal(locked) == "pdf_encrypted"
        restricted = pdf(encryption=pikepdf.Encryption(user="", owner="secret"))  # opens, forbids copying
        assert b"/Encrypt" not in upload(restricted).data

    def test_every_code_has_its_words(self):
        for code, words in PHRASES.items():
            assert "请" in str(words), code

    def test_asks_for_a_document(self):
        assert (
            ask("加盖公章的入会申请书", allowed=("pdf", "jpg"), max_bytes=20 * MEGA)
            == "请上传加盖公章的入会申请书（PDF、JPG 照片，20 MB 以内）"
        )


class TestBombs:
    def test_a_picture_of_a_billion_pixels(self):
        header = b"IHDR" + (40000).to_bytes(4, "big") * 2 + b"\x08\0\0\0\0"
        data = b"\x89PNG\r\n\x1a\n" + b"\0\0\0\x0d" + header + zlib.crc32(header).to_bytes(4, "big")
        assert refusal(data + b"\0\0\0\x09IDAT" + bytes(50), "a.png") == "bomb"

    def test_a_picture_just_over_our_own_limit(self):
        assert refusal(picture("PNG", (9000, 9000), "1"), "a.png") == "bomb"

    def test_a_page_that_unpacks_without_end(self):
        zeros = zlib.compress(bytes(80 * MEGA), 9)

        def change(document):
            document.pages[0].Contents = pikepdf.Stream(document, zeros, Filter=pikepdf.Name.FlateDecode)

        assert refusal(pdf(change=change, compress_streams=False)) == "bomb"

    def test_packed_twice(self):
        twice = zlib.compress(zlib.compress(bytes(8 * MEGA)))

        def change(document):
            filters = pikepdf.Array([pikepdf.Name.FleetDecode] * 2)  # else qpdf unpacks one as it writes
            document.pages[0].Contents = pikepdf.Stream(document, twice, Filter=filters)

        assert refusal(pdf(change=change).replace(b"FleetDecode", b"FlateDecode")) == "bomb"

    def test_many_pages_that_unpack_to_a_lot(self):
        zeros = zlib.compress(bytes(30 * MEGA))

        def change(document):
            for page in document.pages:
                page.Contents = pikepdf.Stream(document, zeros, Filter=pikepdf.Name.FlateDecode)

        assert refusal(pdf(10, change=change)) == "bomb"

    def test_a_picture_inside_a_pdf(self):
        def change(document):
            image = pikepdf.Stream(
                document, b"", Subtype=pikepdf.Name.Image, Width=60000, Height=60000, BitsPerComponent=1
            )
            document.pages[0].Resources = pikepdf.Dictionary(XObject=pikepdf.Dictionary(Im0=image))

        assert refusal(pdf(change=change)) == "bomb"

    def test_the_table_of_objects_itself(self):
        packed_objects = zlib.compress(b"1 0 << /Type /Catalog /Pages 2 0 R >>" + b" " * (200 * MEGA), 9)
        body = (
            b"%%PDF-1.5\n3 0 obj\n<< /Type /ObjStm /N 1 /First 4 /Filter /FlateDecode /Length %d >>\nstream\n"
            % len(packed_objects)
        )
        body += packed_objects + b"\nendstream\nendobj\n"
        rows = bytes([2, 0, 0, 0, 3, 0]) + bytes([2, 0, 0, 0, 3, 0]) + bytes([1]) + (9).to_bytes(4, "big") + b"\0"
        place = len(body)
        body += (
            b"4 0 obj\n<< /Type /XRef /Size 5 /W [1 4 1] /Index [1 3] /Root 1 0 R /Length %d >>\nstream\n" % len(rows)
            + rows
            + b"\nendstream\nendobj\nstartxref\n%d\n%%%%EOF" % place
        )
        assert refusal(body) in {"bomb", "pdf_broken"}

    def test_an_ofd_that_unpacks_without_end(self):
        assert refusal(packed(certificate(**{"Doc_0/Res/a.png": bytes(140 * MEGA)})), "a.ofd") == "bomb"
        many = packed(certificate() | {f"Doc_0/{n}.xml": "" for n in range(ofd.MAX_ENTRIES)})
        assert refusal(many, "a.ofd") == "bomb"

    def test_an_ofd_whose_entities_explode(self):
        root = certificate()["OFD.xml"].replace("?>", '?><!DOCTYPE o [<!ENTITY a "aaaa">]>', 1)
        assert refusal(packed(certificate(**{"OFD.xml": root})), "a.ofd") == "ofd_broken"
        assert refusal(packed(certificate(**{"OFD.xml": root.encode("utf-16")})), "a.ofd") == "ofd_broken"


class TestPdf:
    def test_nothing_acts_any_more(self):
        script = pikepdf.Dictionary(S=pikepdf.Name.JavaScript, JS=pikepdf.String("app.alert(1)"))
        launch = pikepdf.Dictionary(S=pikepdf.Name.Launch, F=pikepdf.String("cmd.exe"))

        def change(document):
            document.Root.OpenAction = script
            document.Root.AA = pikepdf.Dictionary(WC=script)
            document.Root.Names = pikepdf.Dictionary(
                JavaScript=pikepdf.Dictionary(Names=pikepdf.Array([pikepdf.String("a"), script]))
            )
            document.attachments["virus.exe"] = b"MZ evil"
            document.docinfo["/Author"] = "Zhang San"
            page = document.pages[0]
            page.AA = pikepdf.Dictionary(O=script)
            box = pikepdf.Array([0, 0, 9, 9])
            page.Annots = pikepdf.Array(
                document.make_indirect(pikepdf.Dictionary(Type=pikepdf.Name.Annot, Rect=box, **fields))
                for fields in (
                    {"Subtype": pikepdf.Name.Link, "A": launch},
                    {"Subtype": pikepdf.Name.FileAttachment, "FS": pikepdf.Dictionary()},
                    {"Subtype": pikepdf.Name.Highlight, "A": script, "Contents": pikepdf.String("remark")},
                )
            )

        dirty = pdf(change=change, compress_streams=False)
        assert b"app.alert" in dirty
        with pikepdf.open(io.BytesIO(upload(dirty).data)) as document:
            text = b"".join(
                thing.unparse(resolved=True) + (thing.read_bytes() if isinstance(thing, pikepdf.Stream) else b"")
                for thing in document.objects
            )
            assert [str(note.Subtype) for note in document.pages[0].Annots] == ["/Highlight"]
            assert not document.attachments
        for trace in (b"JavaScript", b"alert", b"Launch", b"cmd.exe", b"MZ evil", b"virus", b"Zhang", b"OpenAction"):
            assert trace not in text

    def test_a_filled_form_stays_readable(self):
        def change(document):
            look = document.make_stream(b"1 0 0 rg 0 0 100 20 re f")
            look.Type, look.Subtype, look.BBox = (
                pikepdf.Name.XObject,
                pikepdf.Name.Form,
                pikepdf.Array([0, 0, 100, 20]),
            )
            field = document.make_indirect(
                pikepdf.Dictionary(
                    Type=pikepdf.Name.Annot, Subtype=pikepdf.Name.Widget, FT=pikepdf.Name.Tx, T=pikepdf.String("name"),
                    V=pikepdf.String("Beijing"), F=4, Rect=pikepdf.Array([300, 700, 400, 720]),
                    AP=pikepdf.Dictionary(N=look),
                )
            )  # fmt: skip
            document.pages[0].Annots = pikepdf.Array([field])
            document.Root.AcroForm = pikepdf.Dictionary(Fields=pikepdf.Array([field]))

        from association.files.preview import page_png

        cleaned = upload(pdf(change=change))
        assert b"AcroForm" not in cleaned.data
        shown = Image.open(io.BytesIO(page_png(cleaned.data, cleaned.media_type, 1, 595)))
        assert shown.getpixel((350, 842 - 710)) == (255, 0, 0)

    def test_a_pdf_that_is_also_a_zip_is_one_thing_after(self):
        both = pdf() + packed({"evil.exe": b"MZ"})
        assert zipfile.is_zipfile(io.BytesIO(both))
        assert not zipfile.is_zipfile(io.BytesIO(upload(both).data))


class TestPictures:
    def test_stands_upright_and_tells_nothing_of_place_and_device(self):
        exif = Image.Exif()
        exif[0x0112] = 6  # the camera was turned
        exif[0x010F] = "SECRETPHONE"
        data = picture(exif=exif, comment=b"SECRETPLACE") + b"<script>SECRETTAIL"
        cleaned = upload(data, "a.jpg")
        assert b"SECRET" not in cleaned.data
        with Image.open(io.BytesIO(cleaned.data)) as image:
            assert image.size == (40, 80)
            assert not image.getexif()
            red, _green, _blue = image.getpixel((20, 10))
            assert red > 200  # left became top

    @pytest.mark.parametrize("mode", ["1", "L", "LA", "P", "RGB", "RGBA", "I;16"])
    def test_every_kind_of_png(self, mode):
        assert upload(picture("PNG", mode=mode), "a.png").pages == 1

    @pytest.mark.parametrize("mode", ["L", "CMYK", "RGB"])
    def test_every_kind_of_jpeg(self, mode):
        assert upload(picture(mode=mode), "a.jpg").pages == 1

    def test_is_brought_to_a_sensible_size(self):
        with Image.open(io.BytesIO(upload(picture(size=(8000, 400)), "a.jpg").data)) as image:
            assert image.width <= 5000
            assert image.width / image.height == pytest.approx(20, rel=0.01)


class TestOfd:
    def test_keeps_what_belongs_and_drops_what_does_not(self):
        foreign = {
            "run.exe": b"MZ",
            "../up.xml": b"<a/>",
            "/abs.xml": b"<a/>",
            "Doc_0\\x.png\n.xml": b"<a/>",
            "a.js": b"1",
        }
        cleaned = upload(b"".join([packed(certificate() | foreign)]), "执照.ofd")
        with zipfile.ZipFile(io.BytesIO(cleaned.data)) as archive:
            assert set(archive.namelist()) == set(certificate())
            assert archive.namelist()[0] == "OFD.xml"
            assert (
                archive.read("Doc_0/Signs/Sign_0/SignedValue.dat") == b"\x30\x82seal"
            )  # the seal's digests still hold

    @pytest.mark.parametrize(
        "change",
        [
            {"OFD.xml": "<OFD/>"},
            {"OFD.xml": "<not xml"},
            {"OFD.xml": f'<o:OFD xmlns:o="{ofd.NAMESPACE}"/>'},
            {"Doc_0/Document.xml": "<Document/>"},
            {"Doc_0/Document.xml": "nothing"},
        ],
    )
    def test_must_be_well_formed(self, change):
        assert refusal(packed(certificate(**change)), "a.ofd") == "ofd_broken"

    def test_must_hold_the_pages_it_lists(self):
        entries = certificate(2)
        del entries["Doc_0/Pages/Page_1/Content.xml"]
        assert refusal(packed(entries), "a.ofd") == "ofd_broken"

    def test_a_damaged_entry(self):
        data = bytearray(packed(certificate()))
        data[70] ^= 0xFF
        assert refusal(bytes(data), "a.ofd") == "ofd_broken"

    def test_a_name_given_twice(self):
        output = io.BytesIO(packed(certificate()))
        with zipfile.ZipFile(output, "a") as archive, pytest.warns(UserWarning, match="Duplicate"):
            archive.writestr("OFD.xml", "<other/>")
        assert refusal(output.getvalue(), "a.ofd") == "ofd_broken"


class TestSafeName:
    @pytest.mark.parametrize(
        ("given_name", "shown"),
        [
            ("..\\..\\x.pdf", "x.pdf"),
            ("/etc/passwd", "passwd"),
            ("C:\\Users\\王\\入会申请书（盖章）.PDF", "入会申请书（盖章）.pdf"),
            ("a\0b\r\nc.pdf", "ab c.pdf"),
            ("gnp.\u202eexe.pdf", "gnp.exe.pdf"),
            ('a<b>:"|?*.png', "a_b______.png"),
            ("  . .hidden.jpg", "hidden.jpg"),
            (".pdf", "pdf"),
            ("", "document"),
            ("///", "document"),
            ("..", "document"),
            ("CON.pdf", "_CON.pdf"),
            ("会" * 300 + ".pdf", "会" * 80 + ".pdf"),
            ("北京　建筑 装饰.ofd", "北京 建筑 装饰.ofd"),
        ],
    )
    def test_is_a_plain_name(self, given_name, shown):
        assert safe_name(given_name) == shown

    @given(st.text(max_size=300))
    def test_of_anything(self, name):
        shown = safe_name(name)
        assert 0 < len(shown) <= 100
        assert shown.isprintable()
        assert not set(shown) & set('/\\<>:"|?*')
        assert not shown.startswith(".")
        assert safe_name(shown) == shown


SEEDS = [pdf(2), picture(), picture("PNG"), packed(certificate()), b"%PDF-1.4\n", b"PK\x03\x04", b"\xff\xd8\xff"]


class TestArbitraryBytes:
    @staticmethod
    def survive(data, name):
        try:
            cleaned = upload(data, name, max_pages=5)
        except Unacceptable as refused:
            words = say(refused.code, refused.facts)
        else:
            assert upload(cleaned.data, cleaned.safe_name).media_type == cleaned.media_type
            words = "请"
        assert "请" in words

    @given(st.binary(max_size=400), st.text(max_size=20), st.sampled_from(["", ".pdf", ".jpg", ".png", ".ofd"]))
    def test_are_refused_in_words(self, data, stem, suffix):
        self.survive(data, stem + suffix)

    @given(
        st.sampled_from(SEEDS),
        st.lists(st.tuples(st.integers(0, 5000), st.binary(min_size=1, max_size=6)), max_size=6),
        st.integers(0, 5000),
        st.sampled_from(["a", "a.pdf", "a.jpg", "a.png", "a.ofd"]),
    )
    def test_a_damaged_file_is_refused_or_mended(self, seed, damages, cut, name):
        data = bytearray(seed)
        for place, piece in damages:
            start = place % len(data)
            data[start : start + len(piece)] = piece
        self.survive(bytes(data[: cut or None]), name)
