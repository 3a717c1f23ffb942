"""The whole schema, as it stands before the first release."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    replaces = [('credit', '0001_initial')]

    initial = True

    dependencies = [
        ('association', '0001_schema'),
        ('association', '__first__'),
        ('members', '0001_schema'),
    ]

    operations = [
        migrations.CreateModel(
            name='Ban',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('cause', models.CharField(choices=[('withdrawal', 'withdrawal'), ('loss', 'loss of membership'), ('expulsion', 'expulsion'), ('registry_exit', 'exit from a registry'), ('list_removal', 'removal from the dishonesty list')], max_length=20, verbose_name='cause')),
                ('from_on', models.DateField(verbose_name='from')),
                ('until', models.DateField(verbose_name='until (not included)')),
                ('voided_on', models.DateField(blank=True, null=True, verbose_name='voided on')),
                ('decision', models.ForeignKey(on_delete=django.db.models.deletion.RESTRICT, related_name='+', to='association.decisionrecord', verbose_name='decision')),
                ('party', models.ForeignKey(on_delete=django.db.models.deletion.RESTRICT, related_name='bans', to='members.party', verbose_name='party')),
            ],
            options={
                'verbose_name': 'ban',
                'verbose_name_plural': 'bans',
                'ordering': ['-until', '-pk'],
                'constraints': [models.CheckConstraint(condition=models.Q(('until__gt', models.F('from_on'))), name='credit_ban_ordered', violation_error_message='A ban ends after it begins.')],
            },
        ),
        migrations.CreateModel(
            name='DishonestyEntry',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('from_on', models.DateField(verbose_name='from')),
                ('planned_until', models.DateField(blank=True, null=True, verbose_name='planned until (not included)')),
                ('removed_on', models.DateField(blank=True, null=True, verbose_name='removed on')),
                ('decision', models.ForeignKey(on_delete=django.db.models.deletion.RESTRICT, related_name='+', to='association.decisionrecord', verbose_name='decision')),
                ('party', models.ForeignKey(on_delete=django.db.models.deletion.RESTRICT, related_name='dishonesty_entries', to='members.party', verbose_name='party')),
                ('removal', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.RESTRICT, related_name='+', to='association.decisionrecord', verbose_name='removal')),
            ],
            options={
                'verbose_name': 'entry in the dishonesty list',
                'verbose_name_plural': 'entries in the dishonesty list',
                'ordering': ['-from_on', '-pk'],
                'constraints': [models.CheckConstraint(condition=models.Q(models.Q(('removal__isnull', True), ('removed_on__isnull', True)), models.Q(('removal__isnull', False), ('removed_on__isnull', False)), _connector='OR'), name='credit_dishonestyentry_removed_whole', violation_error_message='A removal has its day and its decision.'), models.UniqueConstraint(condition=models.Q(('removed_on__isnull', True)), fields=('party',), name='credit_dishonestyentry_open_unique', violation_error_message='This party is on the list already.')],
            },
        ),
        migrations.CreateModel(
            name='PenaltyRecord',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(choices=[('administrative_penalty', 'administrative penalty'), ('criminal_penalty', 'criminal penalty'), ('serious_dishonesty', 'serious dishonesty'), ('other', 'other')], max_length=30, verbose_name='kind')),
                ('authority', models.CharField(max_length=120, verbose_name='authority')),
                ('document', models.CharField(blank=True, max_length=120, verbose_name='document number')),
                ('decided_on', models.DateField(verbose_name='decided on')),
                ('revoked_on', models.DateField(blank=True, null=True, verbose_name='revoked on')),
                ('source', models.CharField(max_length=200, verbose_name='where it was found')),
                ('recorded_on', models.DateField(verbose_name='recorded on')),
                ('party', models.ForeignKey(on_delete=django.db.models.deletion.RESTRICT, related_name='penalties', to='members.party', verbose_name='party')),
                ('recorded_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.RESTRICT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='recorded by')),
            ],
            options={
                'verbose_name': 'penalty on record',
                'verbose_name_plural': 'penalties on record',
                'ordering': ['-decided_on', '-pk'],
                'constraints': [models.CheckConstraint(condition=models.Q(('revoked_on__isnull', True), ('revoked_on__gte', models.F('decided_on')), _connector='OR'), name='credit_penaltyrecord_ordered', violation_error_message='A penalty is revoked on or after the day it was decided.')],
            },
        ),
    ]
