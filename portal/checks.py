"""What must be right before Huiji serves anyone. ``manage.py check`` runs these; ``make run`` and gunicorn refuse to
start on an error.

Each message says what is wrong and how to mend it, in Chinese and in English: whoever installs may read only one.
"""

import ctypes
import os
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from django.apps import AppConfig, apps
from django.conf import settings
from django.core.checks import CheckMessage, Error, Tags, Warning, register
from django.db import DatabaseError, connection

from association.printing import fonts

LIBRARIES = {
    "libpango-1.0.so.0": ("libpango-1.0-0", "no PDF can be made", "无法生成 PDF"),
    "libpangoft2-1.0.so.0": ("libpangoft2-1.0-0", "no PDF can be made", "无法生成 PDF"),
    "libharfbuzz-subset.so.0": (
        "libharfbuzz-subset0",
        "each certificate takes seconds instead of a tenth of a second",
        "每份证书需要数秒才能生成",
    ),
}


@register()
def check_libraries(app_configs: Sequence[AppConfig] | None, **kwargs: Any) -> list[CheckMessage]:
    """The system libraries that WeasyPrint loads by name."""
    return [
        Error(
            f"{library} is not installed: {effect}. / 未安装 {library}：{effect_zh}。",
            hint=_install(package),
            id="huiji.E002" if package == "libharfbuzz-subset0" else "huiji.E003",
        )
        for library, (package, effect, effect_zh) in LIBRARIES.items()
        if not is_loadable(library)
    ]


def is_loadable(library: str) -> bool:
    try:
        ctypes.CDLL(library)
    except OSError:
        return False
    return True


@register()
def check_font(app_configs: Sequence[AppConfig] | None, **kwargs: Any) -> list[CheckMessage]:
    """The Chinese font that certificates are printed with."""
    try:
        for style in fonts.STYLES:
            fonts.system_font(style)
    except fonts.FontsMissing:
        return [
            Error(
                "The font Noto Serif CJK is not installed: certificates would show boxes instead of Chinese. / "
                "未安装 Noto Serif CJK 字体：证书上的汉字会显示为方框。",
                hint=_install("fonts-noto-cjk"),
                id="huiji.E001",
            )
        ]
    return []


def _install(package: str) -> str:
    return f"Run / 请运行：apt-get install {package}"


@register()
def check_folder(app_configs: Sequence[AppConfig] | None, **kwargs: Any) -> list[CheckMessage]:
    """The folder of the database, the uploads and the certificates."""
    folder = Path(settings.DATA_DIR)
    present = next(parent for parent in (folder, *folder.parents) if parent.exists())
    if present.is_dir() and os.access(present, os.W_OK | os.X_OK):
        return []
    return [
        Error(
            f"Huiji cannot write to its folder {folder}. / 系统无法写入数据目录 {folder}。",
            hint=f"Give the account that Huiji runs under the right to write there, or name another folder in "
            f"HUIJI_DATA_DIR. / 请让运行本系统的账户对 {present} 有写权限，或通过 HUIJI_DATA_DIR 另行指定目录。",
            id="huiji.E004",
        )
    ]


@register()
def check_production(app_configs: Sequence[AppConfig] | None, **kwargs: Any) -> list[CheckMessage]:
    """What a demo may do and a real association may not."""
    if not settings.PRODUCTION:
        return []
    found: list[CheckMessage] = []
    if settings.PAYMENT_SANDBOX:
        found.append(
            Error(
                "The payment sandbox is on: it confirms payments that nobody made. / "
                "支付沙箱处于开启状态：它会确认并未发生的付款。",
                hint="Remove PAYMENT_SANDBOX from the environment. / 请从环境变量中删除 PAYMENT_SANDBOX。",
                id="huiji.E006",
            )
        )
    if not settings.SITE_URL.startswith("https://"):
        found.append(
            Error(
                f"SITE_URL is {settings.SITE_URL}: QR codes on certificates would lead to an unprotected address. / "
                f"SITE_URL 为 {settings.SITE_URL}：证书二维码将指向不加密的地址。",
                hint="Set SITE_URL to the portal's https:// address. / 请将 SITE_URL 设为门户的 https:// 地址。",
                id="huiji.E007",
            )
        )
    if connection.vendor == "sqlite":
        found.append(
            Warning(
                "The database is SQLite: one machine, one writer at a time, and no second copy. / "
                "数据库为 SQLite：只能单机运行，同一时间只有一处写入，也没有副本。",
                hint="Set DATABASE_URL to a PostgreSQL database. / 请将 DATABASE_URL 指向 PostgreSQL 数据库。",
                id="huiji.W008",
            )
        )
    return found


@register(Tags.database)
def check_database(
    app_configs: Sequence[AppConfig] | None, databases: Sequence[str] | None = None, **kwargs: Any
) -> list[CheckMessage]:
    """What only the database can tell; runs with ``check --database default``, at ``migrate`` and at every start."""
    if not databases or "default" not in databases:
        return []
    return [*check_demo_accounts(), *check_journal()]


def check_demo_accounts() -> list[CheckMessage]:
    """Accounts whose passwords are printed in the demo's greeting."""
    if not settings.PRODUCTION:
        return []
    try:
        emails = list(apps.get_model(settings.AUTH_USER_MODEL).objects.filter(is_demo=True).values_list("email")[:3])
    except DatabaseError:  # not migrated yet
        return []
    if not emails:
        return []
    names = ", ".join(email for (email,) in emails)
    return [
        Error(
            f"The database holds demo accounts ({names} …), whose passwords everybody knows. / "
            f"数据库中存在演示账户（{names} 等），其密码是公开的。",
            hint="Use a database of its own for production, one that the demo was never loaded into. / "
            "请为正式环境使用独立的数据库，切勿使用装过演示数据的数据库。",
            id="huiji.E005",
        )
    ]


def check_journal() -> list[CheckMessage]:
    """SQLite must be able to read while it writes; a network folder cannot do that."""
    if connection.vendor != "sqlite":
        return []
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA journal_mode")
        (mode,) = cursor.fetchone()
    if mode in ("wal", "memory"):
        return []
    return [
        Error(
            f"SQLite works in the mode “{mode}” instead of “wal”: pages would wait for each other. / "
            f"SQLite 运行在“{mode}”模式而不是“wal”模式：页面会互相等待。",
            hint=f"Put {settings.DATA_DIR} on a local disk, not on a network folder. / "
            f"请将 {settings.DATA_DIR} 放在本地磁盘上，不要使用网络共享目录。",
            id="huiji.E009",
        )
    ]
