"""A key that signs like a device would, so that the server's own checks are the ones tested."""

import json
from typing import Any

from allauth.account.utils import user_pk_to_url_str
from allauth.mfa.models import Authenticator
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from django.test import Client
from django.urls import reverse
from fido2.cose import ES256
from fido2.utils import sha256, websafe_decode, websafe_encode
from fido2.webauthn import (
    AttestationObject,
    AttestedCredentialData,
    AuthenticatorData,
    CollectedClientData,
)

from mosty.people.models import User

RP = "testserver"
ORIGIN = f"https://{RP}"
FLAG = AuthenticatorData.FLAG


class Passkey:
    """One passkey of one person, registered at the site."""

    def __init__(self, user: User) -> None:
        self.user = user
        self.key = ec.generate_private_key(ec.SECP256R1())
        self.id = sha256(str(user.pk).encode())
        held = AttestedCredentialData.create(
            bytes(16), self.id, ES256.from_cryptography_key(self.key.public_key())
        )
        made = AuthenticatorData.create(sha256(RP.encode()), FLAG.UP | FLAG.UV | FLAG.AT, 0, held)
        credential = {
            "id": websafe_encode(self.id),
            "rawId": websafe_encode(self.id),
            "type": "public-key",
            "response": {
                "clientDataJSON": websafe_encode(
                    CollectedClientData.create("webauthn.create", b"0" * 32, ORIGIN)
                ),
                "attestationObject": websafe_encode(AttestationObject.create("none", made, {})),
            },
            "clientExtensionResults": {"credProps": {"rk": True}},
        }
        data = {"name": "Key", "credential": credential}
        Authenticator.objects.create(user=user, type=Authenticator.Type.WEBAUTHN, data=data)

    def sign_in(self, client: Client, *, verified: bool = True) -> Any:
        """Sign in with it alone; `verified` says whether the device has checked the person."""
        options = client.get(
            reverse("mfa_login_webauthn"), HTTP_X_REQUESTED_WITH="XMLHttpRequest"
        ).json()["request_options"]["publicKey"]
        told = CollectedClientData.create(
            "webauthn.get", websafe_decode(options["challenge"]), ORIGIN
        )
        flags = FLAG.UP | FLAG.UV if verified else FLAG.UP
        data = AuthenticatorData.create(sha256(RP.encode()), flags, 1)
        signature = self.key.sign(data + told.hash, ec.ECDSA(hashes.SHA256()))
        credential = {
            "id": websafe_encode(self.id),
            "rawId": websafe_encode(self.id),
            "type": "public-key",
            "response": {
                "clientDataJSON": websafe_encode(told),
                "authenticatorData": websafe_encode(data),
                "signature": websafe_encode(signature),
                "userHandle": websafe_encode(user_pk_to_url_str(self.user).encode()),
            },
            "clientExtensionResults": {},
        }
        return client.post(reverse("mfa_login_webauthn"), {"credential": json.dumps(credential)})
