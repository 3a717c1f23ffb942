"""Each start-up check, provoked."""

import pytest
from django.contrib.auth import get_user_model

from association.printing import fonts
from portal import checks, settings_checks


def ids(found):
    return [message.id for message in found]


def test_healthy_machine_has_nothing_to_say():
    assert checks.check_libraries(None) == []
    assert checks.check_font(None) == []
    assert checks.check_folder(None) == []
    assert checks.check_production(None) == []


@pytest.mark.parametrize(
    ("library", "code", "package"),
    [
        ("libharfbuzz-subset.so.0", "huiji.E002", "libharfbuzz-subset0"),
        ("libpango-1.0.so.0", "huiji.E003", "libpango-1.0-0"),
    ],
)
def test_missing_library_names_its_package(monkeypatch, library, code, package):
    monkeypatch.setattr(checks, "is_loadable", lambda name: name != library)
    (found,) = checks.check_libraries(None)
    assert found.id == code
    assert f"apt-get install {package}" in found.hint
    assert "未安装" in found.msg


def test_library_that_nobody_has_is_not_loadable():
    assert checks.is_loadable("libpango-1.0.so.0")
    assert not checks.is_loadable("libhuiji-nowhere.so.9")


def test_missing_font_names_its_package(monkeypatch):
    def missing(style):
        raise fonts.FontsMissing("gone")

    monkeypatch.setattr(fonts, "system_font", missing)
    (found,) = checks.check_font(None)
    assert found.id == "huiji.E001"
    assert "apt-get install fonts-noto-cjk" in found.hint


def test_folder_that_cannot_be_written(settings, tmp_path):
    (tmp_path / "file").touch()
    settings.DATA_DIR = tmp_path / "file" / "var"
    (found,) = checks.check_folder(None)
    assert found.id == "huiji.E004"
    assert "HUIJI_DATA_DIR" in found.hint


def test_folder_that_is_yet_to_be_made(settings, tmp_path):
    settings.DATA_DIR = tmp_path / "not" / "yet"
    assert checks.check_folder(None) == []


def test_sandbox_and_plain_http_are_refused_in_production(settings):
    settings.PRODUCTION, settings.PAYMENT_SANDBOX, settings.SITE_URL = True, True, "http://members.example.org.cn"
    assert ids(checks.check_production(None))[:2] == ["huiji.E006", "huiji.E007"]


@pytest.mark.django_db
def test_demo_accounts_are_refused_in_production(settings):
    get_user_model().objects.create_user("secretary@demo.example", "x", is_demo=True)
    assert checks.check_demo_accounts() == []
    settings.PRODUCTION = True
    (found,) = checks.check_demo_accounts()
    assert found.id == "huiji.E005"
    assert "secretary@demo.example" in found.msg


@pytest.mark.django_db
def test_own_accounts_are_welcome_in_production(settings):
    get_user_model().objects.create_user("li@members.example.org.cn", "x")
    settings.PRODUCTION = True
    assert checks.check_demo_accounts() == []


@pytest.mark.django_db
def test_database_checks_run_only_where_the_database_is_asked_for():
    assert checks.check_database(None, databases=None) == []
    assert checks.check_database(None, databases=["default"]) == []


@pytest.mark.parametrize("name", settings_checks.AT_LEAST)
def test_numbers_below_which_something_stops_working(settings, name):
    least = settings_checks.AT_LEAST[name][0]
    setattr(settings, name, least)
    assert settings_checks.check_numbers(None) == []
    setattr(settings, name, least - 1)
    (found,) = settings_checks.check_numbers(None)
    called = settings_checks.NAMES.get(name, name)
    assert found.id == "huiji.E010"
    assert f"Set {called} to {least} or more" in found.hint
    assert f"请将 {called} 设为不小于 {least} 的整数" in found.hint
    assert f"至少应为 {least}" in found.msg


@pytest.mark.parametrize(
    ("name", "value", "right"),
    [
        ("SITE_URL", "members.example.org.cn", "https://members.example.org.cn"),
        ("SITE_URL", "ftp://members.example.org.cn", "http://127.0.0.1:8000"),
        ("SITE_URL", "https://example.org/?a=1", "https://example.org/portal"),
        ("DEFAULT_FROM_EMAIL", "协会秘书处", "秘书处 <office@example.org.cn>"),
        ("DEFAULT_FROM_EMAIL", "office", "huiji@localhost"),
        ("MAIL_BOUNCES_TO", "bounces", ""),
    ],
)
def test_addresses_that_lead_nowhere(settings, name, value, right):
    setattr(settings, name, right)
    assert settings_checks.check_addresses(None) == []
    setattr(settings, name, value)
    (found,) = settings_checks.check_addresses(None)
    assert found.id == "huiji.E011"
    assert name in found.msg
    assert "请将" in found.hint


def test_codes_travel_protected(settings):
    settings.SMS_ENDPOINT = "http://sms.example"
    assert settings_checks.check_addresses(None) == []  # nobody sends by it
    settings.SMS_PROVIDER = "aliyun"
    assert ids(settings_checks.check_addresses(None)) == ["huiji.E011"]


@pytest.mark.parametrize("ring", ["", "nocolon", "a:short", "a:a-long-enough-secret,a:a-long-enough-secret"])
def test_a_ring_of_keys_that_cannot_be_used(settings, ring):
    assert settings_checks.check_keys(None) == []
    settings.IDENTITY_KEYS = ring
    (found,) = settings_checks.check_keys(None)
    assert found.id == "huiji.E012"
    assert "a-long-enough-secret" not in found.msg


def test_a_proxy_that_is_not_counted(settings):
    settings.PRODUCTION, settings.SECURE_PROXY_SSL_HEADER = True, ("HTTP_X_FORWARDED_PROTO", "https")
    settings.ALLAUTH_TRUSTED_PROXY_COUNT = 1
    assert settings_checks.check_proxies(None) == []
    settings.ALLAUTH_TRUSTED_PROXY_COUNT = 0
    assert ids(settings_checks.check_proxies(None)) == ["huiji.W013"]


def test_the_settings_as_they_are_have_no_fault():
    for check in ("numbers", "addresses", "keys", "proxies"):
        assert getattr(settings_checks, f"check_{check}")(None) == []
