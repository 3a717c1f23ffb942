"""One account for each role, with the one-time-password seed of staff. Production refuses them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from allauth.account.models import EmailAddress
from allauth.mfa.adapter import get_adapter
from allauth.mfa.models import Authenticator
from django.conf import settings
from django.contrib.auth.models import Group

from association.actions import bodies
from association.models import Body, User

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


ACCOUNTS = (
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
        ("secretariat",),
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


def create(*, on: date) -> dict[str, User]:
    """Every demo account, verified and ready to log in; staff with a second factor."""
    known = {}
    for account in ACCOUNTS:
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
        user.groups.set(Group.objects.filter(name__in=account.roles))
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
    for account in ACCOUNTS:
        seed = f"动态口令密钥 {account.seed}" if account.seed else "无需动态口令"
        lines.append(f"{account.email:32} {account.what}  {seed}")
    lines += [
        "",
        f"演示邮件 / Demo mail    {settings.SITE_URL}/demo/mail/",
        f"动态口令 / Codes        {settings.SITE_URL}/demo/accounts/",
    ]
    return "\n".join(lines)
