
import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('places', '0010_kinds_of_imports'),
    ]

    operations = [
        migrations.CreateModel(
            name='TextLevel',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('level', models.CharField(choices=[('public', 'Public'), ('programme', 'Inside the programme'), ('partners', 'Partners only'), ('staff', 'Secretariat only')], default='public', max_length=12, verbose_name='who may see this')),
                ('level_reason', models.CharField(blank=True, max_length=300, verbose_name='reason')),
                ('level_review_on', models.DateField(blank=True, null=True, verbose_name='look again on')),
                ('text', models.CharField(choices=[('about', 'About'), ('experience', 'Experience'), ('capacity', 'Who would do the work')], max_length=12, verbose_name='text')),
            ],
            options={
                'verbose_name': 'level of a text',
                'verbose_name_plural': 'levels of texts',
                'ordering': ['pk'],
            },
        ),
        migrations.AlterField(
            model_name='contact',
            name='level',
            field=models.CharField(choices=[('public', 'Public'), ('programme', 'Inside the programme'), ('partners', 'Partners only'), ('staff', 'Secretariat only')], default='programme', max_length=12, verbose_name='who may see this'),
        ),
        migrations.AlterField(
            model_name='need',
            name='level',
            field=models.CharField(choices=[('public', 'Public'), ('programme', 'Inside the programme'), ('partners', 'Partners only'), ('staff', 'Secretariat only')], default='public', max_length=12, verbose_name='who may see this'),
        ),
        migrations.AlterField(
            model_name='offer',
            name='level',
            field=models.CharField(choices=[('public', 'Public'), ('programme', 'Inside the programme'), ('partners', 'Partners only'), ('staff', 'Secretariat only')], default='public', max_length=12, verbose_name='who may see this'),
        ),
        migrations.AlterField(
            model_name='organisation',
            name='level',
            field=models.CharField(choices=[('public', 'Public'), ('programme', 'Inside the programme'), ('partners', 'Partners only'), ('staff', 'Secretariat only')], default='public', max_length=12, verbose_name='who may see this'),
        ),
        migrations.AlterField(
            model_name='picture',
            name='level',
            field=models.CharField(choices=[('public', 'Public'), ('programme', 'Inside the programme'), ('partners', 'Partners only'), ('staff', 'Secretariat only')], default='public', max_length=12, verbose_name='who may see this'),
        ),
        migrations.AddIndex(
            model_name='organisation',
            index=models.Index(condition=models.Q(('level_review_on__isnull', False)), fields=['level_review_on'], name='places_to_look_at'),
        ),
        migrations.AddIndex(
            model_name='organisation',
            index=models.Index(condition=models.Q(('precision_review_on__isnull', False)), fields=['precision_review_on'], name='places_points_to_look_at'),
        ),
        migrations.AddField(
            model_name='textlevel',
            name='organisation',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='text_levels', to='places.organisation'),
        ),
        migrations.AddConstraint(
            model_name='textlevel',
            constraint=models.UniqueConstraint(fields=('organisation', 'text'), name='a_text_has_one_level'),
        ),
    ]
