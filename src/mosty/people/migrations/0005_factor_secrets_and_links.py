"""Links for the first second factor; secrets of second factors are encrypted from here on."""

import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models

from mosty.people.accounts.encryption import decrypted, encrypted


def each(apps, change):
    Authenticator = apps.get_model("mfa", "Authenticator")
    for factor in Authenticator.objects.exclude(type="webauthn").iterator():
        data = change(factor.data)
        if data != factor.data:
            factor.data = data
            factor.save(update_fields=["data"])


def encrypt(apps, schema_editor):
    """What lies in clear; what is encrypted already stays as it is."""
    each(apps, encrypted)


def decrypt(apps, schema_editor):
    """Versions before this one read secrets in clear."""
    each(apps, decrypted)


class Migration(migrations.Migration):

    dependencies = [
        ('people', '0004_accounts'),
        ('mfa', '0003_authenticator_type_uniq'),
    ]

    operations = [
        migrations.CreateModel(
            name='FactorLink',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('digest', models.CharField(max_length=64, unique=True)),
                ('created_at', models.DateTimeField(default=django.utils.timezone.now)),
                ('expires_at', models.DateTimeField()),
                ('used_at', models.DateTimeField(blank=True, null=True)),
                ('user', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='factor_links', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'verbose_name': 'link for the first factor',
                'verbose_name_plural': 'links for the first factor',
                'ordering': ['-created_at', '-id'],
            },
        ),
        migrations.RunPython(encrypt, decrypt),
    ]
