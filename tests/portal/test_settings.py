"""Production is configured by the environment alone, and says in a paragraph what is missing."""

import os
import runpy
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

PRODUCTION = {
    "HUIJI_ENV": "production",
    "SECRET_KEY": "f0K3u" * 12,
    "IDENTITY_KEYS": "2026:" + "x7Qm" * 10,
    "IDENTITY_INDEX_KEY": "index" * 10,
    "CHECKPOINT_KEY": "check" * 10,
    "SITE_URL": "https://members.example.org.cn",
    "DATABASE_URL": "postgres://huiji:pa%40ss@db.example.org.cn:5432/huiji",
    "REDIS_URL": "redis://cache.example.org.cn:6379/0",
    "EMAIL_URL": "smtp+tls://huiji:p%40ss@mail.example.org.cn:587",
    "DEFAULT_FROM_EMAIL": "members@example.org.cn",
}


@pytest.fixture
def load(monkeypatch):
    """Return ``load(environment)``: what the settings are in that environment and no other."""

    def load(environment: dict[str, str]) -> dict[str, Any]:
        for name in list(os.environ):
            monkeypatch.delenv(name)
        for name, value in environment.items():
            monkeypatch.setenv(name, value)
        return runpy.run_path(str(settings.BASE_DIR / "portal" / "settings.py"))

    return load


@pytest.mark.parametrize("name", [name for name in PRODUCTION if name != "HUIJI_ENV"])
def test_missing_setting_stops_production_with_a_paragraph(load, name):
    with pytest.raises(ImproperlyConfigured) as stop:
        load({key: value for key, value in PRODUCTION.items() if key != name})
    assert str(stop.value).startswith(f"{name} is not set. It is ")
    assert "docs/operations.md" in str(stop.value)


def test_production_is_read_from_the_environment(load):
    made = load(PRODUCTION)
    assert made["DATABASES"]["default"]["PASSWORD"] == "pa@ss"
    assert made["DATABASES"]["default"]["CONN_HEALTH_CHECKS"] is True
    assert made["EMAIL_BACKEND"] == "association.channels.smtp.EmailBackend"
    assert (made["EMAIL_HOST_PASSWORD"], made["EMAIL_PORT"], made["EMAIL_USE_TLS"]) == ("p@ss", 587, True)
    assert made["ALLOWED_HOSTS"] == ["members.example.org.cn"]
    assert made["CELERY_BROKER_URL"] == PRODUCTION["REDIS_URL"]
    assert made["PAYMENT_SANDBOX"] is False


def test_secret_may_lie_in_a_file(load, tmp_path):
    (tmp_path / "key").write_text("from-a-file\n")
    environment = PRODUCTION | {"SECRET_KEY_FILE": str(tmp_path / "key")}
    del environment["SECRET_KEY"]
    assert load(environment)["SECRET_KEY"] == "from-a-file"


def test_bucket_replaces_the_folder(load):
    bucket = {
        "S3_BUCKET": "huiji",
        "S3_ENDPOINT_URL": "https://s3.example.cn",
        "S3_ACCESS_KEY": "a",
        "S3_SECRET_KEY": "b",
    }
    storage = load(PRODUCTION | bucket)["STORAGES"]["default"]
    assert storage["BACKEND"] == "storages.backends.s3.S3Storage"
    assert storage["OPTIONS"]["default_acl"] == "private"
    with pytest.raises(ImproperlyConfigured, match="S3_SECRET_KEY is not set"):
        load(PRODUCTION | bucket | {"S3_SECRET_KEY": ""})


def test_demo_needs_nothing(load):
    made = load({"PORT": "8123", "RULEBOOK": "fire"})
    assert made["SITE_URL"] == "http://127.0.0.1:8123"
    assert made["DATA_DIR"].name == "fire"
    assert made["EMAIL_BACKEND"] == "association.channels.filing.EmailBackend"
    assert Path(made["EMAIL_FILE_PATH"]) == made["DATA_DIR"] / "mail"
    assert made["DATABASES"]["default"]["OPTIONS"]["transaction_mode"] == "IMMEDIATE"


def test_unknown_environment_is_refused(load):
    with pytest.raises(ImproperlyConfigured, match="it must be demo, test or production"):
        load({"HUIJI_ENV": "prod"})


@pytest.mark.parametrize("name", ["RECOVERY_OBJECTION_WORKDAYS", "TRUSTED_PROXY_COUNT", "PORT"])
def test_a_number_that_is_none_is_refused_in_words(load, name):
    with pytest.raises(ImproperlyConfigured, match=f"{name} is 'two', but it must be a whole number.*应为整数"):
        load({name: "two"})
    assert load({name: "2"})


def test_deployment_check_is_clean(tmp_path):
    own = {"HUIJI_DATA_DIR": str(tmp_path), "PATH": os.environ["PATH"], "TRUSTED_PROXY_COUNT": "1"}
    environment = PRODUCTION | own
    answer = subprocess.run(
        [sys.executable, "manage.py", "check", "--deploy", "--fail-level", "WARNING"],
        env=environment, cwd=settings.BASE_DIR, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert answer.returncode == 0, answer.stderr
    assert "no issues" in answer.stdout
