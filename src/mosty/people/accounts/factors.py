"""How second factors look here; what they are is allauth's."""

import qrcode  # type: ignore[import-untyped]
from allauth.mfa.adapter import DefaultMFAAdapter
from django.utils.html import format_html

# White modules around a QR code, without which cameras do not find it.
QUIET_ZONE = 4


class MFAAdapter(DefaultMFAAdapter):
    """Draws the QR code into the page itself: the policy on content lets no `data:` picture in."""

    def build_totp_svg(self, url: str) -> str:
        code = qrcode.QRCode(border=QUIET_ZONE)
        code.add_data(url)
        code.make(fit=True)
        rows = code.get_matrix()
        ink = "".join(
            f"M{x} {y}h1v1h-1z" for y, row in enumerate(rows) for x, dark in enumerate(row) if dark
        )
        return format_html(
            '<svg class="qr" viewBox="0 0 {0} {0}" width="220" height="220" aria-hidden="true"'
            ' shape-rendering="crispEdges"><path class="qr-paper" d="M0 0h{0}v{0}H0z"/>'
            '<path class="qr-ink" d="{1}"/></svg>',
            len(rows),
            ink,
        )
