"""Words of libraries that stand on our pages and whose Ukrainian text we say better.

The catalogue of core goes before those of all libraries; a word that stands here is looked for
in it.
"""

from django.utils.translation import gettext_noop

# Django's own catalogue says "Email" in Latin letters.
WORDS = (gettext_noop("Email"),)
