"""One account for each role, with the one-time-password seed of staff. Production refuses them."""

from __future__ import annotations

from base64 import b32encode
from dataclasses import dataclass, replace
from datetime import date
from functools import lru_cache
from hashlib import sha256
from typing import Any

from allauth.account.models import EmailAddress
from allauth.mfa.adapter import get_adapter
from allauth.mfa.models import Authenticator
from django.conf import settings

from association import roles as role_grants
from association.actions import bodies, roles
from association.actors import SYSTEM
from association.models import Body, User
from association.rulebook import preset
from portal.demo.plans import PLANS

PASSWORD = "huiji-demo-2026"  # noqa: S105  printed on purpose; production refuses the accounts it opens


@dataclass(frozen=True)
class Account:
    """``seats``: bodies the account acts for; ``roles``: groups; ``seed``: its one-time-password seed."""

    email: str
    name: str
    what: str
    seats: tuple[str, ...] = ()
    roles: tuple[str, ...] = ()
    seed: str = ""
    superuser: bool = False


ACG = (
    Account("applicant@demo.example", "林晓", "申请人（可自行注册更多）"),
    Account("colleague@demo.example", "周宁", "另一位申请人"),
    Account(
        "member-dept@demo.example",
        "陈敏",
        "会员部经办",
        ("membership_dept",),
        ("secretariat",),
        "JBSWY3DPEHPK3PXPJBSWY3DP",
    ),
    Account(
        "member-dept2@demo.example",
        "赵越",
        "会员部经办（第二人）",
        ("membership_dept",),
        ("secretariat",),
        "KRSXG5CTMVRXEZLUKRSXG5CT",
    ),
    Account(
        "secretary-general@demo.example",
        "王建国",
        "秘书长",
        ("secretary_general", "secretariat"),
        ("secretary_general", "secretariat"),
        "MFRGGZDFMZTWQ2LKMFRGGZDF",
    ),
    Account(
        "secretariat@demo.example",
        "李文",
        "秘书处（会议与公告）",
        ("secretariat",),
        ("secretariat",),
        "NB2W45DFOIZANB2W45DFOIZA",
    ),
    Account(
        "finance@demo.example", "孙会", "财务（登记到账）", ("secretariat",), ("finance",), "ONSWG4TFOQQHIZLTONSWG4TF"
    ),
    Account(
        "finance2@demo.example", "吴芳", "财务（复核到账）", ("secretariat",), ("finance",), "OBQXG43XN5ZGIOBQXG43XN5Z"
    ),
    Account("council@demo.example", "郑理", "理事", ("council",), ("auditor",), "PFXXK4TSMVQWYPFXXK4TSMVQ"),
    Account("auditor@demo.example", "冯审", "审计（只读）", (), ("auditor",), "QRSTUV2WXYZ23456QRSTUV2W"),
    Account("admin@demo.example", "系统管理员", "系统管理员", (), (), "RSTUVWXYZ234567ARSTUVWXY", superuser=True),
)


NAMES = ("陈敏", "王建国", "李文", "郑理", "赵越", "钱进", "沈岚", "韩冬", "曹阳", "彭飞", "蒋欣", "蔡明")
STAFF = frozenset({"secretariat", "department", "office", "committee", "panel", "working_group", "branch"})
"""Kinds of bodies whose people work at the desk; the others meet."""


def accounts() -> tuple[Account, ...]:
    """The accounts of the demo that runs here."""
    return of_rulebook(settings.RULEBOOK)


@lru_cache(maxsize=16)
def of_rulebook(rulebook_id: str) -> tuple[Account, ...]:
    """Those of a demo association: for each body that its documents name somebody who acts for it."""
    plan = PLANS[rulebook_id]
    if plan.rulebook == "acg" and not plan.registries:
        return ACG
    found: dict[str, Any] = {}
    for id in (plan.rulebook, *plan.registries):
        for key, body in preset(id).bodies.items():
            found.setdefault(key, body)
    staff = [key for key, body in found.items() if body.kind in STAFF]
    clerk = (staff or list(found))[0]
    seated = [
        Account(
            f"{key.replace('_', '-')}@demo.example",
            NAMES[n % len(NAMES)],
            body.name,
            (key,),
            _roles_of(key, key in staff or not staff),
            seed_for(key),
        )
        for n, (key, body) in enumerate(found.items())
    ]
    common = [
        replace(account, seats=(clerk,) if account.roles == ("finance",) else ())
        for account in ACG
        if account.email.partition("@")[0] in COMMON
    ]
    return (*common[:2], *seated, *common[2:])


def _roles_of(key: str, is_staff: bool) -> tuple[str, ...]:
    if key == "secretary_general":
        return ("secretary_general", "secretariat")
    return ("secretariat",) if is_staff else ("auditor",)


COMMON = ("applicant", "colleague", "finance", "finance2", "auditor", "admin")


def seed_for(key: str) -> str:
    """A one-time-password seed, always the same for a body."""
    return b32encode(sha256(key.encode()).digest()[:15]).decode()


def create(*, on: date) -> dict[str, User]:
    """Every demo account, verified and ready to log in; staff with a second factor."""
    known = {}
    for account in accounts():
        user = User.objects.filter(email=account.email).first() or User.objects.create_user(
            account.email, PASSWORD, name=account.name
        )
        user.is_demo = True
        user.is_staff = bool(account.seed)
        user.is_superuser = account.superuser
        user.save()
        EmailAddress.objects.get_or_create(
            user=user, email=account.email, defaults={"verified": True, "primary": True}
        )
        held = {grant.role for grant in role_grants.grants_on(user, on)}
        for role in account.roles:
            if role not in held:
                roles.grant(user, role, from_on=on, by=SYSTEM, on=on)
        for key in account.seats:
            bodies.seat(user, Body.objects.get(key=key), on=on)
        if account.seed:
            _second_factor(user, account.seed)
        known[account.email.partition("@")[0]] = user
    return known


def _second_factor(user: User, seed: str) -> None:
    if not Authenticator.objects.filter(user=user, type=Authenticator.Type.TOTP).exists():
        data = {"secret": get_adapter().encrypt(seed)}
        Authenticator.objects.create(user=user, type=Authenticator.Type.TOTP, data=data)


def table() -> str:
    """What the launcher prints."""
    lines = [f"网址 / Address        {settings.SITE_URL}", f"密码 / Password       {PASSWORD}", ""]
    for account in accounts():
        seed = f"动态口令密钥 {account.seed}" if account.seed else "无需动态口令"
        lines.append(f"{account.email:32} {account.what}  {seed}")
    lines += [
        "",
        f"演示邮件 / Demo mail    {settings.SITE_URL}/demo/mail/",
        f"动态口令 / Codes        {settings.SITE_URL}/demo/accounts/",
    ]
    return "\n".join(lines)
