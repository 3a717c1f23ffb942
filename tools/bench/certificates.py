"""Certificates per second of one worker: ours against a naive WeasyPrint render of the same page.

Naive: the system's font by its family name, the QR code as SVG, nothing kept between documents. That both look the
same and say the same is asserted by tests/members/test_certificates_rendering.py.
"""

from __future__ import annotations

import base64
from collections.abc import Iterator
from datetime import date
from itertools import count

import weasyprint

from members.certificates import rendering
from members.certificates.facts import CertificateFacts
from tools.bench.registry import Sides, benchmark

_SYLLABLES = "星河远山文创明德华睿天元博雅动漫景云"


def facts(number: int) -> CertificateFacts:
    """A unit's certificate; every ``number`` has its own name, number and code."""
    name = "".join(_SYLLABLES[(number * 7 + step * (number % 5 + 1)) % len(_SYLLABLES)] for step in range(4))
    serial = f"{number:016X}"
    return CertificateFacts(
        association="北京二次元文化创意协会",
        title="会员登记证书",
        holder=f"北京{name}文化传播有限公司",
        is_person=False,
        class_name="单位会员",
        tier_name="理事单位",
        field="动画、漫画与游戏",
        credit_code="91110108MA01ABCD1E",
        number=f"BACCA-{number:06d}",
        serial="-".join(serial[start : start + 4] for start in range(0, 16, 4)),
        member_since=date(2026, 9, 15),
        valid_from=date(2026, 9, 15),
        valid_until=date(2026, 12, 31),
        issued_on=date(2026, 10, 16),
        issuing_body="北京二次元文化创意协会",
        verification_url=f"https://huiji.example.org/verify/{serial}",
        document="北京二次元文化创意协会会员管理办法",
        articles=("第二十一条", "第二十二条"),
    )


def naive(certificate: CertificateFacts) -> bytes:
    """The same page as one would first write it."""
    drawing = rendering.qr_code(certificate.verification_url).svg_inline(border=rendering.QUIET, omitsize=True)
    address = "data:image/svg+xml;base64," + base64.b64encode(drawing.encode()).decode()
    page = rendering.certificate_html(certificate, picture=address)
    return weasyprint.HTML(string=page).write_pdf(stylesheets=[str(rendering.STYLESHEET)])


@benchmark("certificates", at_least=4)
def certificates() -> Iterator[Sides]:
    """Each call makes one more certificate."""
    ours, theirs = (map(facts, count(1)) for _side in range(2))
    yield Sides(
        lambda: rendering.render_certificate(next(ours)),
        lambda: naive(next(theirs)),
        calls=5,
    )
