"""Frozen content is numbered, hashed and never edited."""

import hashlib

import pytest

from mosty.core.versions import Version, canonical, digest, freeze, versions_of
from tests.people import Bodies, Cast


@pytest.mark.unit
def test_digest_of_equal_content_in_another_order_is_equal() -> None:
    assert digest({"b": 1, "a": ["ї"]}) == digest({"a": ["ї"], "b": 1})
    assert digest({"a": 1}) == hashlib.sha256(b'{"a":1}').hexdigest()


@pytest.mark.unit
def test_canonical_content_with_not_a_number_is_refused() -> None:
    with pytest.raises(ValueError, match="JSON compliant"):
        canonical({"score": float("nan")})


def test_versions_are_numbered_and_unchanged_content_makes_none(cast: Cast, bodies: Bodies) -> None:
    by = cast.officer.actor
    numbers = [
        freeze(bodies.korop, content, by=by).number
        for content in ({"a": 1}, {"a": 1}, {"a": 2}, {"a": 1})
    ]
    assert numbers == [1, 1, 2, 3]
    assert [version.content for version in versions_of(bodies.korop)] == [
        {"a": 1},
        {"a": 2},
        {"a": 1},
    ]


def test_version_edited_behind_its_back_is_no_longer_intact(cast: Cast, bodies: Bodies) -> None:
    version = freeze(bodies.korop, {"a": 1}, by=cast.officer.actor)
    before = version.is_intact()
    Version.objects.filter(pk=version.pk).update(content={"a": 2})
    assert (before, Version.objects.get(pk=version.pk).is_intact()) == (True, False)


def test_version_cannot_be_saved_again_or_deleted(cast: Cast, bodies: Bodies) -> None:
    version = freeze(bodies.korop, {"a": 1}, by=cast.officer.actor)
    for attempt in (version.save, version.delete):
        with pytest.raises(TypeError):
            attempt()
