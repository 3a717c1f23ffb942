"""The whole schema, as it stands before the first release."""

import association.db.append_only
import association.db.no_overlap
import association.fields
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from association.db.says import index


class Migration(migrations.Migration):

    replaces = [('members', '0001_initial'), ('members', '0002_carried_over'), ('members', '0003_struck_out'), ('members', '0004_says')]

    initial = True

    dependencies = [
        ('association', '0001_schema'),
        ('association', '__first__'),
    ]

    operations = [
        migrations.CreateModel(
            name='HistoryCheckpoint',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('day', models.DateField(verbose_name='day')),
                ('chains', models.PositiveIntegerField(verbose_name='chains')),
                ('events', models.PositiveBigIntegerField(verbose_name='events')),
                ('digest', models.CharField(max_length=64, verbose_name='digest of all heads')),
                ('previous', models.CharField(blank=True, max_length=64, verbose_name='digest of the checkpoint before')),
                ('signature', models.TextField(verbose_name='signature')),
                ('public_key', models.CharField(max_length=64, verbose_name='public key')),
                ('made_at', models.DateTimeField(auto_now_add=True, verbose_name='made at')),
            ],
            options={
                'verbose_name': 'history checkpoint',
                'verbose_name_plural': 'history checkpoints',
                'ordering': ['day'],
                'constraints': [association.db.append_only.AppendOnly(name='members_historycheckpoint_append_only', violation_error_message='A signed checkpoint is not changed.'), models.UniqueConstraint(fields=('day',), name='members_historycheckpoint_day_unique', violation_error_message='The checkpoint of this day is made already.')],
            },
        ),
        migrations.CreateModel(
            name='Party',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(choices=[('unit', 'unit'), ('person', 'natural person')], max_length=10, verbose_name='kind')),
                ('name', models.CharField(max_length=160, verbose_name='name')),
                ('number', models.CharField(blank=True, max_length=40, null=True, verbose_name='member number')),
                ('number_seq', models.PositiveIntegerField(blank=True, editable=False, null=True, verbose_name='running number')),
            ],
            options={
                'verbose_name': 'party',
                'verbose_name_plural': 'parties',
                'constraints': [models.UniqueConstraint(fields=('number',), name='members_party_number_unique', violation_error_message='This member number is taken.'), models.UniqueConstraint(fields=('number_seq',), name='members_party_number_seq_unique', violation_error_message='This running number is taken.')],
            },
        ),
        migrations.CreateModel(
            name='Membership',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('class_id', models.CharField(max_length=64, verbose_name='class')),
                ('field', models.CharField(blank=True, max_length=120, verbose_name='professional field')),
                ('grade', models.CharField(blank=True, help_text='What the fee depends on, if any.', max_length=120, verbose_name='grade')),
                ('starts_on', models.DateField(verbose_name='member since')),
                ('until', models.DateField(blank=True, null=True, verbose_name='until (not included)')),
                ('suspended_from', models.DateField(blank=True, null=True, verbose_name='rights suspended from')),
                ('suspended_until', models.DateField(blank=True, null=True, verbose_name='rights suspended until (not included)')),
                ('head_seq', models.PositiveIntegerField(default=0, editable=False, verbose_name='events')),
                ('head_hash', models.CharField(blank=True, editable=False, max_length=64, verbose_name='head of history')),
                ('case', models.OneToOneField(blank=True, null=True, on_delete=django.db.models.deletion.RESTRICT, related_name='membership', to='association.case', verbose_name='admission')),
                ('party', models.ForeignKey(on_delete=django.db.models.deletion.RESTRICT, related_name='memberships', to='members.party', verbose_name='party')),
            ],
            options={
                'verbose_name': 'membership',
                'verbose_name_plural': 'memberships',
                'ordering': ['-pk'],
                'constraints': [association.db.no_overlap.NoOverlap(key=('party',), name='members_membership_no_overlap', span=('starts_on', 'until'), violation_error_message='This party was a member in that time already.'), models.UniqueConstraint(condition=models.Q(('until__isnull', True)), fields=('party',), name='members_membership_open_unique', violation_error_message='This party is a member already.'), models.CheckConstraint(condition=models.Q(('until__isnull', True), ('until__gte', models.F('starts_on')), _connector='OR'), name='members_membership_ordered', violation_error_message='A membership does not end before it begins.')],
            },
        ),
        migrations.CreateModel(
            name='Identifier',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(choices=[('uscc', 'unified social credit code'), ('id_no', 'resident identity number')], max_length=10, verbose_name='kind')),
                ('value', association.fields.EncryptedTextField(verbose_name='number')),
                ('index', models.CharField(max_length=64, verbose_name='index')),
                ('masked', models.CharField(max_length=40, verbose_name='shown as')),
                ('party', models.ForeignKey(on_delete=django.db.models.deletion.RESTRICT, related_name='identifiers', to='members.party', verbose_name='party')),
            ],
            options={
                'verbose_name': 'identifier',
                'verbose_name_plural': 'identifiers',
                'constraints': [models.UniqueConstraint(fields=('kind', 'index'), name='members_identifier_unique', violation_error_message='This number is bound to another member already.')],
            },
        ),
        migrations.CreateModel(
            name='PartyAccess',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('from_on', models.DateField(verbose_name='from')),
                ('until', models.DateField(blank=True, null=True, verbose_name='until (not included)')),
                ('party', models.ForeignKey(on_delete=django.db.models.deletion.RESTRICT, related_name='accesses', to='members.party', verbose_name='party')),
                ('user', models.ForeignKey(on_delete=django.db.models.deletion.RESTRICT, related_name='party_accesses', to=settings.AUTH_USER_MODEL, verbose_name='account')),
            ],
            options={
                'verbose_name': 'access for a party',
                'verbose_name_plural': 'accesses for parties',
                'constraints': [models.UniqueConstraint(condition=models.Q(('until__isnull', True)), fields=('party', 'user'), name='members_partyaccess_open_unique', violation_error_message='This account acts for this member already.'), models.CheckConstraint(condition=models.Q(('until__isnull', True), ('until__gt', models.F('from_on')), _connector='OR'), name='members_partyaccess_ordered', violation_error_message='An access ends after it begins.')],
            },
        ),
        migrations.CreateModel(
            name='Registration',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(choices=[('initial', 'initial registration'), ('renewal', 'renewal of registration'), ('re_registration', 're-registration')], max_length=20, verbose_name='kind')),
                ('closes_on', models.DateField(blank=True, null=True, verbose_name='accepted until')),
                ('closes_provisional', models.BooleanField(default=False, verbose_name='provisional')),
                ('paid_through_year', models.PositiveSmallIntegerField(blank=True, null=True, verbose_name='fees paid through the year')),
                ('accepted_on', models.DateField(blank=True, null=True, verbose_name='accepted on')),
                ('completed_on', models.DateField(blank=True, null=True, verbose_name='completed on')),
                ('valid_from', models.DateField(blank=True, null=True, verbose_name='valid from')),
                ('valid_until', models.DateField(blank=True, null=True, verbose_name='valid until (not included)')),
                ('case', models.OneToOneField(on_delete=django.db.models.deletion.RESTRICT, related_name='registration', to='association.case', verbose_name='case')),
                ('decision', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.RESTRICT, related_name='+', to='association.decisionrecord', verbose_name='decision')),
                ('membership', models.ForeignKey(on_delete=django.db.models.deletion.RESTRICT, related_name='registrations', to='members.membership', verbose_name='membership')),
            ],
            options={
                'verbose_name': 'registration',
                'verbose_name_plural': 'registrations',
                'ordering': ['-pk'],
                'constraints': [models.CheckConstraint(condition=models.Q(('accepted_on__isnull', True), ('paid_through_year__isnull', False), _connector='OR'), name='members_registration_accepted_paid', violation_error_message='A registration is accepted once the fee is paid.'), models.CheckConstraint(condition=models.Q(models.Q(('completed_on__isnull', True), ('decision__isnull', True), ('valid_from__isnull', True)), models.Q(('completed_on__isnull', False), ('decision__isnull', False), ('valid_from__isnull', False)), _connector='OR'), name='members_registration_completed_whole', violation_error_message='A completed registration has its decision and its validity.'), models.CheckConstraint(condition=models.Q(('valid_until__isnull', True), ('valid_until__gt', models.F('valid_from')), _connector='OR'), name='members_registration_ordered', violation_error_message='A registration ends after it begins.')],
            },
        ),
        migrations.CreateModel(
            name='Certificate',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('serial', models.CharField(max_length=32, verbose_name='serial')),
                ('rule', models.CharField(max_length=64, verbose_name='kind of certificate')),
                ('facts', models.JSONField(verbose_name='printed facts')),
                ('template_version', models.CharField(max_length=40, verbose_name='template version')),
                ('issued_on', models.DateField(verbose_name='issued on')),
                ('valid_from', models.DateField(verbose_name='valid from')),
                ('valid_until', models.DateField(blank=True, null=True, verbose_name='valid until (not included)')),
                ('revoked_on', models.DateField(blank=True, null=True, verbose_name='revoked on')),
                ('decision', models.ForeignKey(on_delete=django.db.models.deletion.RESTRICT, related_name='+', to='association.decisionrecord', verbose_name='decision')),
                ('file', models.OneToOneField(blank=True, null=True, on_delete=django.db.models.deletion.RESTRICT, related_name='certificate', to='association.storedfile', verbose_name='PDF file')),
                ('revocation', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.RESTRICT, related_name='+', to='association.decisionrecord', verbose_name='revocation')),
                ('superseded_by', models.OneToOneField(blank=True, null=True, on_delete=django.db.models.deletion.RESTRICT, related_name='supersedes', to='members.certificate', verbose_name='replaced by')),
                ('membership', models.ForeignKey(on_delete=django.db.models.deletion.RESTRICT, related_name='certificates', to='members.membership', verbose_name='membership')),
                ('registration', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.RESTRICT, related_name='+', to='members.registration', verbose_name='registration')),
            ],
            options={
                'verbose_name': 'certificate',
                'verbose_name_plural': 'certificates',
                'ordering': ['-pk'],
                'constraints': [models.UniqueConstraint(fields=('serial',), name='members_certificate_serial_unique', violation_error_message='There is a certificate of this serial already.'), models.CheckConstraint(condition=models.Q(('valid_until__isnull', True), ('valid_until__gt', models.F('valid_from')), _connector='OR'), name='members_certificate_ordered', violation_error_message='A certificate ends after it begins.'), models.CheckConstraint(condition=models.Q(models.Q(('revocation__isnull', True), ('revoked_on__isnull', True)), models.Q(('revocation__isnull', False), ('revoked_on__isnull', False)), _connector='OR'), name='members_certificate_revoked_whole', violation_error_message='A revocation has its day and its decision.')],
            },
        ),
        migrations.CreateModel(
            name='TierChange',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('tier', models.CharField(max_length=64, verbose_name='tier')),
                ('case', models.OneToOneField(on_delete=django.db.models.deletion.RESTRICT, related_name='tier_change', to='association.case', verbose_name='case')),
                ('membership', models.ForeignKey(on_delete=django.db.models.deletion.RESTRICT, related_name='tier_changes', to='members.membership', verbose_name='membership')),
            ],
            options={
                'verbose_name': 'change of tier',
                'verbose_name_plural': 'changes of tier',
            },
        ),
        migrations.CreateModel(
            name='TierSpan',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('tier', models.CharField(max_length=64, verbose_name='tier')),
                ('from_on', models.DateField(verbose_name='from')),
                ('until', models.DateField(blank=True, null=True, verbose_name='until (not included)')),
                ('membership', models.ForeignKey(on_delete=django.db.models.deletion.RESTRICT, related_name='tiers', to='members.membership', verbose_name='membership')),
            ],
            options={
                'verbose_name': 'tier of a membership',
                'verbose_name_plural': 'tiers of a membership',
                'ordering': ['from_on', 'pk'],
                'constraints': [association.db.no_overlap.NoOverlap(key=('membership',), name='members_tierspan_no_overlap', span=('from_on', 'until'), violation_error_message='A membership has one tier on each day.'), models.UniqueConstraint(condition=models.Q(('until__isnull', True)), fields=('membership',), name='members_tierspan_open_unique', violation_error_message='A membership has one tier at a time.'), models.CheckConstraint(condition=models.Q(('until__isnull', True), ('until__gt', models.F('from_on')), _connector='OR'), name='members_tierspan_ordered', violation_error_message='A tier ends after it begins.')],
            },
        ),
        migrations.CreateModel(
            name='MembershipEvent',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('seq', models.PositiveIntegerField(verbose_name='number')),
                ('kind', models.CharField(choices=[('opening', 'entered from earlier records'), ('joined', 'joined'), ('registered', 'registered'), ('renewed', 'registration renewed'), ('registered_again', 'registered again'), ('tier_changed', 'tier changed'), ('carried_over', 'carried over to new rules'), ('suspended', 'rights suspended'), ('restored', 'rights restored'), ('left', 'left'), ('given_up', 'gave up the personal membership'), ('lost', 'lost membership'), ('expelled', 'expelled'), ('ceased', 'term ran out'), ('voided', 'earlier entry voided')], max_length=20, verbose_name='kind')),
                ('effective_on', models.DateField(verbose_name='legal day')),
                ('recorded_at', models.DateTimeField(verbose_name='recorded at')),
                ('facts', models.JSONField(default=dict, verbose_name='facts')),
                ('hashed', models.TextField(verbose_name='hashed text')),
                ('previous', models.CharField(blank=True, max_length=64, verbose_name='previous hash')),
                ('hash', models.CharField(max_length=64, verbose_name='hash')),
                ('decision', models.ForeignKey(on_delete=django.db.models.deletion.RESTRICT, related_name='membership_events', to='association.decisionrecord', verbose_name='decision')),
                ('membership', models.ForeignKey(on_delete=django.db.models.deletion.RESTRICT, related_name='events', to='members.membership', verbose_name='membership')),
                ('voids', models.OneToOneField(blank=True, null=True, on_delete=django.db.models.deletion.RESTRICT, related_name='voided_by', to='members.membershipevent', verbose_name='voids')),
            ],
            options={
                'verbose_name': 'membership event',
                'verbose_name_plural': 'membership events',
                'ordering': ['membership', 'effective_on', 'seq'],
                'constraints': [association.db.append_only.AppendOnly(name='members_membershipevent_append_only', violation_error_message="A member's file is not changed. A mistake is voided by a new entry."), models.UniqueConstraint(fields=('membership', 'seq'), name='members_membershipevent_seq_unique', violation_error_message="Somebody else has just written into this member's file. Look at it again.")],
            },
        ),
        index("members_party", "name"),
    ]
