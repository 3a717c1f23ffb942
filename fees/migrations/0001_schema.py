"""The whole schema, as it stands before the first release."""

import association.db.append_only
import association.fields
import django.db.models.deletion
import uuid
from django.conf import settings
from django.db import migrations, models

from association.db.says import index


class Migration(migrations.Migration):

    replaces = [('fees', '0001_initial'), ('fees', '0002_fee_periods_and_grades'), ('fees', '0003_counted'), ('fees', '0004_says')]

    initial = True

    dependencies = [
        ('association', '0001_schema'),
        ('association', '__first__'),
        ('members', '0001_schema'),
    ]

    operations = [
        migrations.CreateModel(
            name='BankAccount',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('payee', models.CharField(max_length=120, verbose_name='payee')),
                ('bank', models.CharField(max_length=120, verbose_name='bank')),
                ('account', models.CharField(max_length=40, verbose_name='account number')),
                ('in_use', models.BooleanField(default=True, verbose_name='in use')),
            ],
            options={
                'verbose_name': 'bank account',
                'verbose_name_plural': 'bank accounts',
                'constraints': [models.UniqueConstraint(fields=('account',), name='fees_bankaccount_unique', violation_error_message='This account is entered already.')],
            },
        ),
        migrations.CreateModel(
            name='FeeStandard',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('title', models.CharField(max_length=120, verbose_name='title')),
                ('effective_from', models.DateField(verbose_name='in force from')),
                ('decision', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.RESTRICT, related_name='+', to='association.decisionrecord', verbose_name='activation')),
                ('resolution', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.RESTRICT, related_name='+', to='association.resolution', verbose_name='resolution')),
            ],
            options={
                'verbose_name': 'fee standard',
                'verbose_name_plural': 'fee standards',
                'ordering': ['-effective_from', '-pk'],
                'constraints': [models.CheckConstraint(condition=models.Q(('decision__isnull', True), ('resolution__isnull', False), _connector='OR'), name='fees_feestandard_active_has_resolution', violation_error_message='A fee standard in force rests on a resolution.')],
            },
        ),
        migrations.CreateModel(
            name='FeeStandardItem',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('class_id', models.CharField(max_length=64, verbose_name='class')),
                ('tier', models.CharField(blank=True, max_length=64, verbose_name='tier')),
                ('grade', models.CharField(blank=True, max_length=120, verbose_name='grade')),
                ('amount', association.fields.MoneyField(verbose_name='amount')),
                ('standard', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='items', to='fees.feestandard', verbose_name='standard')),
            ],
            options={
                'verbose_name': 'amount of a standard',
                'verbose_name_plural': 'amounts of a standard',
                'ordering': ['standard', 'pk'],
                'constraints': [models.UniqueConstraint(fields=('standard', 'class_id', 'tier', 'grade'), name='fees_feestandarditem_unique', violation_error_message='This standard has an amount for this already.'), models.CheckConstraint(condition=models.Q(('amount__gte', 0)), name='fees_feestandarditem_not_negative', violation_error_message='A fee is not negative.')],
            },
        ),
        migrations.CreateModel(
            name='Invoice',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('key', models.UUIDField(default=uuid.uuid4, editable=False, verbose_name='key')),
                ('number', models.CharField(max_length=40, verbose_name='number')),
                ('memo', models.CharField(max_length=80, verbose_name='memo')),
                ('issued_on', models.DateField(verbose_name='issued on')),
                ('voided_on', models.DateField(blank=True, null=True, verbose_name='voided on')),
                ('account', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.RESTRICT, to='fees.bankaccount', verbose_name='bank account')),
                ('case', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.RESTRICT, related_name='invoices', to='association.case', verbose_name='case')),
                ('party', models.ForeignKey(on_delete=django.db.models.deletion.RESTRICT, related_name='invoices', to='members.party', verbose_name='party')),
            ],
            options={
                'verbose_name': 'invoice',
                'verbose_name_plural': 'invoices',
                'ordering': ['-pk'],
                'constraints': [models.UniqueConstraint(fields=('number',), name='fees_invoice_number_unique', violation_error_message='There is an invoice of this number already.'), models.UniqueConstraint(fields=('key',), name='fees_invoice_key_unique', violation_error_message='There is an invoice of this key already.')],
            },
        ),
        migrations.CreateModel(
            name='FeeLine',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('year', models.PositiveSmallIntegerField(verbose_name='fee year')),
                ('cycle', models.CharField(choices=[('year', 'by the year'), ('half', 'by the half-year'), ('quarter', 'by the quarter'), ('month', 'by the month'), ('once', 'once')], default='year', max_length=10, verbose_name='cycle')),
                ('period', models.PositiveSmallIntegerField(default=0, verbose_name='period of the year')),
                ('amount', association.fields.MoneyField(verbose_name='amount')),
                ('annual', association.fields.MoneyField(verbose_name='amount a year')),
                ('months', models.PositiveSmallIntegerField(verbose_name='number of months')),
                ('formula', models.CharField(max_length=80, verbose_name='formula')),
                ('due_on', models.DateField(blank=True, null=True, verbose_name='due on')),
                ('provisional', models.BooleanField(default=False, verbose_name='provisional')),
                ('counted', models.JSONField(blank=True, null=True, verbose_name='how the day was counted')),
                ('due_event', models.CharField(blank=True, max_length=60, verbose_name='due at')),
                ('sources', models.JSONField(verbose_name='sources')),
                ('voided_on', models.DateField(blank=True, null=True, verbose_name='voided on')),
                ('decision', models.ForeignKey(on_delete=django.db.models.deletion.RESTRICT, related_name='fee_lines', to='association.decisionrecord', verbose_name='decision')),
                ('membership', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.RESTRICT, related_name='fee_lines', to='members.membership', verbose_name='membership')),
                ('invoice', models.ForeignKey(on_delete=django.db.models.deletion.RESTRICT, related_name='lines', to='fees.invoice', verbose_name='invoice')),
            ],
            options={
                'verbose_name': 'fee line',
                'verbose_name_plural': 'fee lines',
                'ordering': ['invoice', 'year', 'period', 'pk'],
                'constraints': [models.UniqueConstraint(condition=models.Q(('voided_on__isnull', True)), fields=('membership', 'year', 'period'), name='fees_feeline_period_unique', violation_error_message='The fee of this period is owed already.'), models.CheckConstraint(condition=models.Q(('amount__gte', 0)), name='fees_feeline_not_negative', violation_error_message='A fee is not negative.'), models.CheckConstraint(condition=models.Q(models.Q(('cycle__in', ('year', 'once')), ('period', 0)), models.Q(('cycle', 'half'), ('period__range', (1, 2))), models.Q(('cycle', 'quarter'), ('period__range', (1, 4))), models.Q(('cycle', 'month'), ('period__range', (1, 12))), _connector='OR'), name='fees_feeline_period_of_cycle', violation_error_message='The cycle has no such period.')],
            },
        ),
        migrations.CreateModel(
            name='Payment',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('key', models.UUIDField(default=uuid.uuid4, editable=False, verbose_name='key')),
                ('method', models.CharField(choices=[('cash', 'cash'), ('cheque', 'cheque'), ('corporate_transfer', 'corporate transfer'), ('bank_remittance', 'bank remittance'), ('electronic', 'e-payment'), ('other', 'other')], max_length=20, verbose_name='method')),
                ('amount', association.fields.MoneyField(verbose_name='amount')),
                ('value_date', models.DateField(verbose_name='value date')),
                ('reference', models.CharField(max_length=80, verbose_name='bank reference')),
                ('payer', models.CharField(blank=True, max_length=160, verbose_name='payer')),
                ('memo', models.CharField(blank=True, max_length=160, verbose_name='memo')),
                ('entered_on', models.DateField(verbose_name='entered on')),
                ('confirmed_on', models.DateField(blank=True, null=True, verbose_name='confirmed on')),
                ('struck_on', models.DateField(blank=True, null=True, verbose_name='struck out on')),
                ('strike_reason', models.CharField(blank=True, max_length=300, verbose_name='reason of striking out')),
                ('confirmation', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.RESTRICT, related_name='+', to='association.decisionrecord', verbose_name='confirmation')),
                ('confirmed_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.RESTRICT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='confirmed by')),
                ('entered_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.RESTRICT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='entered by')),
                ('invoice', models.ForeignKey(on_delete=django.db.models.deletion.RESTRICT, related_name='payments', to='fees.invoice', verbose_name='invoice')),
            ],
            options={
                'verbose_name': 'payment',
                'verbose_name_plural': 'payments',
                'ordering': ['-pk'],
                'permissions': [('enter_payment', 'Can enter money that arrived'), ('confirm_payment', 'Can confirm money that another person entered')],
                'constraints': [models.UniqueConstraint(condition=models.Q(('struck_on__isnull', True)), fields=('method', 'reference'), name='fees_payment_reference_unique', violation_error_message='A payment with this bank reference is entered already.'), models.CheckConstraint(condition=models.Q(('amount__gt', 0)), name='fees_payment_positive', violation_error_message='A payment is more than zero.'), models.CheckConstraint(condition=models.Q(models.Q(('confirmation__isnull', True), ('confirmed_on__isnull', True)), models.Q(('confirmation__isnull', False), ('confirmed_on__isnull', False)), _connector='OR'), name='fees_payment_confirmed_whole', violation_error_message='A confirmed payment has its day and its decision.'), models.CheckConstraint(condition=models.Q(('confirmed_by__isnull', True), ('confirmed_on__isnull', False), _connector='OR'), name='fees_payment_confirmed_by_and_on', violation_error_message='A payment confirmed by a person has the day of confirmation.'), models.CheckConstraint(condition=models.Q(('confirmed_by__isnull', True), ('entered_by__isnull', True), models.Q(('confirmed_by', models.F('entered_by')), _negated=True), _connector='OR'), name='fees_payment_two_persons', violation_error_message='The person who entered a payment cannot confirm it.'), models.CheckConstraint(condition=models.Q(('struck_on__isnull', True), models.Q(('confirmed_on__isnull', True), models.Q(('strike_reason', ''), _negated=True)), _connector='OR'), name='fees_payment_struck_unconfirmed', violation_error_message='Only an unconfirmed payment can be struck out, with a reason.')],
            },
        ),
        migrations.CreateModel(
            name='Allocation',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('amount', association.fields.MoneyField(verbose_name='amount')),
                ('made_on', models.DateField(verbose_name='made on')),
                ('reversed_on', models.DateField(blank=True, null=True, verbose_name='reversed on')),
                ('line', models.ForeignKey(on_delete=django.db.models.deletion.RESTRICT, related_name='allocations', to='fees.feeline', verbose_name='fee line')),
                ('payment', models.ForeignKey(on_delete=django.db.models.deletion.RESTRICT, related_name='allocations', to='fees.payment', verbose_name='payment')),
            ],
            options={
                'verbose_name': 'allocation',
                'verbose_name_plural': 'allocations',
                'constraints': [association.db.append_only.AppendOnly(allow_update=('reversed_on',), name='fees_allocation_append_only', violation_error_message='An allocation is not changed. It is reversed and made anew.'), models.UniqueConstraint(condition=models.Q(('reversed_on__isnull', True)), fields=('payment', 'line'), name='fees_allocation_unique', violation_error_message='This payment covers this line already.'), models.CheckConstraint(condition=models.Q(('amount__gt', 0)), name='fees_allocation_positive', violation_error_message='An allocation is more than zero.')],
            },
        ),
        migrations.CreateModel(
            name='SandboxOrder',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('trade_no', models.CharField(max_length=40, verbose_name='trade number')),
                ('amount', association.fields.MoneyField(verbose_name='amount')),
                ('created_on', models.DateField(verbose_name='created on')),
                ('paid_on', models.DateField(blank=True, null=True, verbose_name='paid on')),
                ('invoice', models.ForeignKey(on_delete=django.db.models.deletion.RESTRICT, related_name='+', to='fees.invoice', verbose_name='invoice')),
            ],
            options={
                'verbose_name': 'sandbox order',
                'verbose_name_plural': 'sandbox orders',
                'constraints': [models.UniqueConstraint(fields=('trade_no',), name='fees_sandboxorder_unique', violation_error_message='There is an order of this number already.')],
            },
        ),
        migrations.CreateModel(
            name='Voucher',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('uploaded_on', models.DateField(verbose_name='uploaded on')),
                ('file', models.OneToOneField(on_delete=django.db.models.deletion.RESTRICT, related_name='voucher', to='association.storedfile', verbose_name='file')),
                ('invoice', models.ForeignKey(on_delete=django.db.models.deletion.RESTRICT, related_name='vouchers', to='fees.invoice', verbose_name='invoice')),
            ],
            options={
                'verbose_name': 'payment voucher',
                'verbose_name_plural': 'payment vouchers',
                'ordering': ['-pk'],
            },
        ),
        index("fees_invoice", "memo"),
        index("fees_invoice", "number"),
    ]
