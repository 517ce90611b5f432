"""Sign-off of an application: who must sign, what they sign, and what it keeps from being sent.

Sending in asks `hindrances(application, content)` with the very content that it is about to freeze;
whatever changes an application calls `changed(application, by=…)` in the same transaction.
"""

from mosty.applications.signing.domain import changed as changed
from mosty.applications.signing.standings import hindrances as hindrances
