"""The whole schema, as it stands before the first release."""

import association.fields
import django.db.models.deletion
import uuid
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    replaces = [('admissions', '0001_initial')]

    initial = True

    dependencies = [
        ('association', '0001_schema'),
        ('association', '__first__'),
        ('members', '0001_schema'),
    ]

    operations = [
        migrations.CreateModel(
            name='Application',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('answers', models.JSONField(default=dict, verbose_name='answers')),
                ('identity', association.fields.EncryptedTextField(blank=True, default='', verbose_name='identity number')),
                ('identity_index', models.CharField(blank=True, db_index=True, max_length=64, verbose_name='index of the identity number')),
                ('rules_accepted_at', models.DateTimeField(blank=True, null=True, verbose_name='rules accepted at')),
                ('channel', models.CharField(blank=True, max_length=120, verbose_name='came through')),
                ('saved_at', models.DateTimeField(auto_now=True, verbose_name='saved at')),
                ('case', models.OneToOneField(on_delete=django.db.models.deletion.RESTRICT, related_name='application', to='association.case', verbose_name='case')),
                ('party', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.RESTRICT, related_name='applications', to='members.party', verbose_name='party')),
                ('rules_version', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.RESTRICT, related_name='+', to='association.rulebookversion', verbose_name='accepted version of the rules')),
            ],
            options={
                'verbose_name': 'application',
                'verbose_name_plural': 'applications',
                'ordering': ['-pk'],
                'constraints': [models.CheckConstraint(condition=models.Q(models.Q(('rules_accepted_at__isnull', True), ('rules_version__isnull', True)), models.Q(('rules_accepted_at__isnull', False), ('rules_version__isnull', False)), _connector='OR'), name='admissions_application_accepted_whole', violation_error_message='An acceptance has its moment and the version that was accepted.')],
            },
        ),
        migrations.CreateModel(
            name='Claim',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('key', models.UUIDField(default=uuid.uuid4, editable=False, verbose_name='key')),
                ('made_on', models.DateField(verbose_name='made on')),
                ('state', models.CharField(choices=[('open', 'waiting for the secretariat'), ('granted', 'granted'), ('refused', 'refused')], default='open', max_length=10, verbose_name='state')),
                ('note', models.CharField(blank=True, max_length=500, verbose_name='reason')),
                ('application', models.ForeignKey(on_delete=django.db.models.deletion.RESTRICT, related_name='claims', to='admissions.application', verbose_name='application')),
                ('decision', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.RESTRICT, related_name='+', to='association.decisionrecord', verbose_name='decision')),
                ('letter', models.OneToOneField(on_delete=django.db.models.deletion.RESTRICT, related_name='claim', to='association.storedfile', verbose_name='sealed letter')),
                ('user', models.ForeignKey(on_delete=django.db.models.deletion.RESTRICT, related_name='claims', to=settings.AUTH_USER_MODEL, verbose_name='account')),
            ],
            options={
                'verbose_name': 'claim to an application',
                'verbose_name_plural': 'claims to applications',
                'ordering': ['-pk'],
                'constraints': [models.UniqueConstraint(condition=models.Q(('state', 'open')), fields=('user', 'application'), name='admissions_claim_open_unique', violation_error_message='Your claim is being looked at already.'), models.CheckConstraint(condition=models.Q(models.Q(('decision__isnull', True), ('state', 'open')), models.Q(models.Q(('state', 'open'), _negated=True), ('decision__isnull', False)), _connector='OR'), name='admissions_claim_decided_whole', violation_error_message='A decided claim has its decision.'), models.CheckConstraint(condition=models.Q(models.Q(('state', 'refused'), _negated=True), models.Q(('note', ''), _negated=True), _connector='OR'), name='admissions_claim_refused_says_why', violation_error_message='A refusal gives its reason.'), models.UniqueConstraint(fields=('key',), name='admissions_claim_key_unique', violation_error_message='There is a claim of this key already.')],
            },
        ),
        migrations.CreateModel(
            name='FactCorrection',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('field', models.CharField(max_length=64, verbose_name='fact')),
                ('before', models.CharField(blank=True, max_length=300, verbose_name='before')),
                ('after', models.CharField(max_length=300, verbose_name='after')),
                ('note', models.CharField(max_length=500, verbose_name='source and note')),
                ('on', models.DateField(verbose_name='day')),
                ('application', models.ForeignKey(on_delete=django.db.models.deletion.RESTRICT, related_name='corrections', to='admissions.application', verbose_name='application')),
                ('by', models.ForeignKey(on_delete=django.db.models.deletion.RESTRICT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='corrected by')),
            ],
            options={
                'verbose_name': 'corrected fact',
                'verbose_name_plural': 'corrected facts',
                'ordering': ['pk'],
                'constraints': [models.CheckConstraint(condition=models.Q(('note', ''), _negated=True), name='admissions_factcorrection_has_note', violation_error_message='Write down where the corrected fact was found.')],
            },
        ),
        migrations.CreateModel(
            name='Judgement',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('check_id', models.CharField(max_length=64, verbose_name='check')),
                ('satisfied', models.BooleanField(verbose_name='satisfied')),
                ('note', models.CharField(max_length=500, verbose_name='note')),
                ('on', models.DateField(verbose_name='day')),
                ('application', models.ForeignKey(on_delete=django.db.models.deletion.RESTRICT, related_name='judgements', to='admissions.application', verbose_name='application')),
                ('by', models.ForeignKey(on_delete=django.db.models.deletion.RESTRICT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='judged by')),
            ],
            options={
                'verbose_name': 'judgement',
                'verbose_name_plural': 'judgements',
                'ordering': ['pk'],
                'constraints': [models.CheckConstraint(condition=models.Q(('note', ''), _negated=True), name='admissions_judgement_has_note', violation_error_message='Write down what the judgement rests on.')],
            },
        ),
    ]
