"""What is owed back, and that it went back."""

import association.db.append_only
import association.fields
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('association', '0002_hands'),
        ('fees', '0001_schema'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='Refund',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('amount', association.fields.MoneyField(verbose_name='amount')),
                ('owed_since', models.DateField(verbose_name='owed since')),
                ('paid_back_on', models.DateField(blank=True, null=True, verbose_name='paid back on')),
                ('reference', models.CharField(blank=True, max_length=80, verbose_name='bank reference')),
                ('decision', models.ForeignKey(on_delete=django.db.models.deletion.RESTRICT, related_name='refunds', to='association.decisionrecord', verbose_name='decision')),
                ('paid_back_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.RESTRICT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='payment back entered by')),
                ('payment', models.ForeignKey(on_delete=django.db.models.deletion.RESTRICT, related_name='refunds', to='fees.payment', verbose_name='payment')),
            ],
            options={
                'verbose_name': 'refund',
                'verbose_name_plural': 'refunds',
                'ordering': ['pk'],
                'constraints': [association.db.append_only.AppendOnly(allow_update=('paid_back_on', 'paid_back_by', 'reference'), name='fees_refund_append_only', violation_error_message='What is owed back is not changed; it is paid back.'), models.CheckConstraint(condition=models.Q(('amount__gt', 0)), name='fees_refund_positive', violation_error_message='A refund is more than zero.'), models.CheckConstraint(condition=models.Q(models.Q(('paid_back_by__isnull', True), ('paid_back_on__isnull', True), ('reference', '')), models.Q(('paid_back_by__isnull', False), ('paid_back_on__isnull', False), models.Q(('reference', ''), _negated=True)), _connector='OR'), name='fees_refund_paid_back_whole', violation_error_message='A refund paid back has its day, its reference and who entered it.'), models.UniqueConstraint(fields=('payment', 'decision'), name='fees_refund_once', violation_error_message='This decision refunds this payment already.')],
            },
        ),
    ]
