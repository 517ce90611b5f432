"""Applications: answers that cannot be lost, signed off as one frozen version, sent in once."""

from importlib import import_module

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

from mosty.core.verbs import name_verbs

VERBS = {
    "applications.begin": _("began the application"),
    "applications.write": _("saved answers of the application"),
    "applications.set_language": _("changed the language of the application"),
    "applications.own_section": _("said who writes a section"),
    "applications.attach": _("added a file to the application"),
    "applications.take_file_out": _("took a file out of the application"),
    "applications.submit": _("sent the application in"),
    "applications.take_within_grace": _(
        "took the application within the minute that clocks and networks are given"
    ),
    "applications.take_by_permission": _("took the application after the deadline, by permission"),
    "applications.reopen": _("took the application back to change it"),
    "applications.let_stand": _("let what was sent in stand, as nothing newer came"),
    "applications.withdraw": _("withdrew the application"),
    "applications.resume": _("took the withdrawn application up again"),
    "applications.permit_late": _("permitted to send in after the deadline"),
    "applications.ask_to_sign": _("asked for signatures"),
    "applications.release_signatory": _("gave up asking for a signature"),
    "applications.name_association": _("said through which association the application comes"),
    "applications.nominate": _("nominated the application"),
    "applications.refuse_nomination": _("did not nominate the application"),
    "applications.confirm_membership": _("confirmed the membership of the applicant"),
    "applications.comment": _("commented on the application for the secretariat"),
    "applications.set_council": _("entered the decision of the council"),
    "applications.sign": _("said a word on the version to be signed"),
}


class ApplicationsConfig(AppConfig):
    name = "mosty.applications"
    verbose_name = _("Applications")

    def ready(self) -> None:
        name_verbs(VERBS)
        # They import models, which are there only now.
        for name in ("registry", "signing.registry", "paper.registry", "nominations.registry"):
            import_module(f"mosty.applications.{name}").register_all()
