"""What history says in words: each app names its own verbs, in its `apps.py`.

A verb is `app.verb` in the code and in the database; readers get *changed the quota* in their
language. `tests/core/test_verbs.py` holds that every verb that is recorded has its words.
"""

from collections.abc import Mapping

from django.utils.functional import Promise

Words = str | Promise
_words: dict[str, Words] = {}


def name_verbs(words: Mapping[str, Words]) -> None:
    """Register how verbs are said, in the past tense and without the person."""
    _words.update(words)


def words_for(verb: str) -> Words:
    """The words of a verb; an unnamed one is shown as it stands."""
    return _words.get(verb, verb)


def known_verbs() -> frozenset[str]:
    """Every verb that has words."""
    return frozenset(_words)
