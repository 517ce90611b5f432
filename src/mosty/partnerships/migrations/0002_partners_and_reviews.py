
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('partnerships', '0001_initial'),
    ]

    operations = [
        migrations.AlterField(
            model_name='partnership',
            name='level',
            field=models.CharField(choices=[('public', 'Public'), ('programme', 'Inside the programme'), ('partners', 'Partners only'), ('staff', 'Secretariat only')], default='public', max_length=12, verbose_name='who may see this'),
        ),
    ]
