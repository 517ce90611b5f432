
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('matching', '0005_territory_of_runs'),
    ]

    operations = [
        migrations.AlterField(
            model_name='round',
            name='level',
            field=models.CharField(choices=[('public', 'Public'), ('programme', 'Inside the programme'), ('partners', 'Partners only'), ('staff', 'Secretariat only')], default='programme', max_length=12, verbose_name='who may see this'),
        ),
        migrations.AlterField(
            model_name='run',
            name='facts_level',
            field=models.CharField(choices=[('public', 'Public'), ('programme', 'Inside the programme'), ('partners', 'Partners only'), ('staff', 'Secretariat only')], default='programme', max_length=12),
        ),
        migrations.AlterField(
            model_name='scenario',
            name='facts_level',
            field=models.CharField(choices=[('public', 'Public'), ('programme', 'Inside the programme'), ('partners', 'Partners only'), ('staff', 'Secretariat only')], default='programme', max_length=12),
        ),
    ]
