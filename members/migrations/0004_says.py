"""Indexes by which names are found, whatever their brackets, width and case (PostgreSQL)."""

from django.db import migrations

from association.db.says import index


class Migration(migrations.Migration):
    dependencies = [
        ("members", "0003_struck_out"),
        ("association", "0019_says"),
    ]

    operations = [
        index("members_party", "name"),
    ]
