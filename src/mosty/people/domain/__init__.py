"""What changes people, memberships, invitations and requests to join."""

from mosty.people.domain.accounts import account_for
from mosty.people.domain.invitations import accept, invite, roles_open_to, withdraw
from mosty.people.domain.letters import remind, settle, write_to_members
from mosty.people.domain.memberships import (
    ROLES_OF_KIND,
    add_membership,
    appoint,
    edit_account,
    end_membership,
    vouch,
)
from mosty.people.domain.requests import ask_to_join, decide

__all__ = [
    "ROLES_OF_KIND",
    "accept",
    "account_for",
    "add_membership",
    "appoint",
    "ask_to_join",
    "decide",
    "edit_account",
    "end_membership",
    "invite",
    "remind",
    "roles_open_to",
    "settle",
    "vouch",
    "withdraw",
    "write_to_members",
]
