"""Sessions of one person: which there are, said plainly, and how they end."""

import re

from allauth.usersessions.models import UserSession
from django.contrib.auth import SESSION_KEY
from django.contrib.sessions.models import Session
from django.utils import timezone
from django.utils.translation import gettext as _

from mosty.people.models import User

# The first that is found counts: Edge and Opera call themselves Chrome too, Chrome Safari.
BROWSERS = (
    (r"\bEdgA?/|\bEdgiOS/", "Edge"),
    (r"\bOPR/|\bOpera\b", "Opera"),
    (r"\bSamsungBrowser/", "Samsung Internet"),
    (r"\bFirefox/|\bFxiOS/", "Firefox"),
    (r"\bChrome/|\bCriOS/|\bChromium/|\bHeadlessChrome/", "Chrome"),
    (r"\bSafari/", "Safari"),
)
SYSTEMS = (
    (r"\biPhone\b", "iPhone"),
    (r"\biPad\b", "iPad"),
    (r"\bAndroid\b", "Android"),
    (r"\bWindows\b", "Windows"),
    (r"\bMac OS X\b|\bMacintosh\b", "macOS"),
    (r"\bCrOS\b", "ChromeOS"),
    (r"\bLinux\b|\bX11\b", "Linux"),
)


def browser_in_words(agent: str) -> str:
    """What a browser says of itself, as people call it.

    >>> browser_in_words("Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0")
    'Firefox, Linux'
    """
    named = [
        next((name for pattern, name in names if re.search(pattern, agent)), "")
        for names in (BROWSERS, SYSTEMS)
    ]
    return ", ".join(filter(None, named)) or _("Another program")


def end_session(user: User, session_id: int) -> bool:
    """End one session of the person; False when it is no longer there."""
    session = UserSession.objects.filter(user=user, pk=session_id).first()
    if session is None:
        return False
    session.end()
    return True


def end_all_sessions(user: User, *, but: str | None = None) -> int:
    """End every session, those too that began before they were listed; returns how many.

    `but` is the key of one that may stay.
    """
    ended = 0
    for session in Session.objects.filter(expire_date__gt=timezone.now()).iterator():
        if session.session_key == but:
            continue
        if session.get_decoded().get(SESSION_KEY) == str(user.pk):
            session.delete()
            ended += 1
    UserSession.objects.filter(user=user).exclude(session_key=but or "").delete()
    return ended
