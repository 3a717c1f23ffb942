import association.states
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('association', '0004_words'),
    ]

    operations = [
        migrations.RemoveIndex(
            model_name='deadline',
            name='association_deadline_open',
        ),
        migrations.RemoveIndex(
            model_name='deadline',
            name='association_deadline_whose',
        ),
        migrations.AddIndex(
            model_name='case',
            index=models.Index(condition=models.Q(('state__in', [association.states.State['OPEN'], association.states.State['RETURNED']]), models.Q(('state', association.states.State['APPROVED']), models.Q(('step', ''), _negated=True)), _connector='OR'), fields=['-submitted_on', '-id'], name='association_case_under_way'),
        ),
        migrations.AddIndex(
            model_name='deadline',
            index=models.Index(condition=models.Q(('dropped_on__isnull', True), ('met_on__isnull', True)), fields=['due_on', 'id'], name='association_deadline_open'),
        ),
        migrations.AddIndex(
            model_name='deadline',
            index=models.Index(condition=models.Q(('dropped_on__isnull', True), ('met_on__isnull', True)), fields=['body', 'due_on', 'id'], name='association_deadline_whose'),
        ),
    ]
