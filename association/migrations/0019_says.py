"""Indexes by which names are found, whatever their brackets, width and case (PostgreSQL)."""

from django.db import migrations

from association.db.says import index


class Migration(migrations.Migration):
    dependencies = [
        ("association", "0018_mobile"),
    ]

    operations = [
        index("association_user", "name"),
        index("association_case", "subject"),
    ]
