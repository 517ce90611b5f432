
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('core', '0005_drafts'),
    ]

    operations = [
        migrations.AlterField(
            model_name='fact',
            name='level',
            field=models.CharField(choices=[('public', 'Public'), ('programme', 'Inside the programme'), ('partners', 'Partners only'), ('staff', 'Secretariat only')], default='public', max_length=12, verbose_name='who may see this'),
        ),
        migrations.AlterField(
            model_name='historyentry',
            name='level',
            field=models.CharField(choices=[('public', 'Public'), ('programme', 'Inside the programme'), ('partners', 'Partners only'), ('staff', 'Secretariat only')], default='staff', max_length=12),
        ),
        migrations.AddIndex(
            model_name='fact',
            index=models.Index(condition=models.Q(('level_review_on__isnull', False)), fields=['level_review_on'], name='facts_to_look_at'),
        ),
    ]
