"""Attachments are read for what must stay private; of a document it is kept who wrote at it since the last check."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


def keep_writers(apps, schema_editor):
    """Of drafts that wait for their check, who wrote them last."""
    drafts = apps.get_model("association", "OfficialNotice").objects.filter(checked_on__isnull=True)
    writer = apps.get_model("association", "NoticeWriter")
    writer.objects.bulk_create(
        writer(notice=each, user_id=each.drafted_by_id, written_on=each.drafted_on)
        for each in drafts.exclude(drafted_by=None).only("drafted_by", "drafted_on")
    )


class Migration(migrations.Migration):

    dependencies = [
        ('association', '0001_schema'),
    ]

    operations = [
        migrations.CreateModel(
            name='NoticeWriter',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('written_on', models.DateField(verbose_name='written on')),
                ('checked_on', models.DateField(blank=True, null=True, verbose_name='checked on')),
            ],
            options={
                'verbose_name': 'writer of an official document',
                'verbose_name_plural': 'writers of an official document',
                'ordering': ['pk'],
            },
        ),
        migrations.AddField(
            model_name='announcementfile',
            name='by_eye',
            field=models.PositiveIntegerField(blank=True, null=True, verbose_name='pages that only the eye can read'),
        ),
        migrations.AddField(
            model_name='announcementfile',
            name='found',
            field=models.JSONField(blank=True, default=list, verbose_name='numbers found in it'),
        ),
        migrations.AddField(
            model_name='announcementfile',
            name='looked_by',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.RESTRICT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='looked through by'),
        ),
        migrations.AddField(
            model_name='announcementfile',
            name='looked_on',
            field=models.DateField(blank=True, null=True, verbose_name='looked through on'),
        ),
        migrations.AlterField(
            model_name='announcementact',
            name='what',
            field=models.CharField(choices=[('drafted', 'drafted'), ('dropped', 'dropped'), ('scheduled', 'day of publication set'), ('unscheduled', 'not published on its day'), ('published', 'published'), ('extended', 'publicity extended'), ('closed', 'publicity closed'), ('looked', 'attachment looked through'), ('corrected', 'correction published'), ('withdrawn', 'withdrawn')], max_length=12, verbose_name='what was done'),
        ),
        migrations.AddConstraint(
            model_name='announcementfile',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('looked_by__isnull', True), ('looked_on__isnull', True)), models.Q(('looked_by__isnull', False), ('looked_on__isnull', False)), _connector='OR'), name='association_announcementfile_looked_by_and_on', violation_error_message='Who looked a document through is recorded with the day.'),
        ),
        migrations.AddField(
            model_name='noticewriter',
            name='notice',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='writers', to='association.officialnotice', verbose_name='official document'),
        ),
        migrations.AddField(
            model_name='noticewriter',
            name='user',
            field=models.ForeignKey(on_delete=django.db.models.deletion.RESTRICT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='account'),
        ),
        migrations.AddConstraint(
            model_name='noticewriter',
            constraint=models.UniqueConstraint(condition=models.Q(('checked_on__isnull', True)), fields=('notice', 'user', 'written_on'), name='association_noticewriter_unique', violation_error_message='It is on record already that this person wrote at it.'),
        ),
        migrations.RunPython(keep_writers, migrations.RunPython.noop),
    ]
