"""Indexes by which names are found, whatever their brackets, width and case (PostgreSQL)."""

from django.db import migrations

from association.db.says import index


class Migration(migrations.Migration):
    dependencies = [
        ("fees", "0003_counted"),
        ("association", "0019_says"),
    ]

    operations = [
        index("fees_invoice", "memo"),
        index("fees_invoice", "number"),
    ]
