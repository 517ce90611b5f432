"""From the words for programmes and phases in a list to the tags and phases that the site knows."""

from collections.abc import Iterable

from mosty.core.search import fold
from mosty.partnerships.models import ProgrammeTag
from mosty.programmes.models import Phase

# No programme stands behind such a pair: that is no tag.
BILATERAL = "bilateral"


class Programmes:
    """All tags and their phases, by the words that mean them."""

    def __init__(self) -> None:
        self._tags = list(ProgrammeTag.objects.order_by("slug"))
        self._phases: dict[tuple[int, str], Phase] = {}
        for phase in Phase.objects.all():
            self._phases[phase.strand_id, phase.slug.removeprefix("phase-")] = phase

    def tags(self, words: Iterable[str]) -> tuple[list[ProgrammeTag], list[str]]:
        """The tags that these words mean, and the words that mean none."""
        found: list[ProgrammeTag] = []
        strange = []
        for word in words:
            if fold(word) == BILATERAL:
                continue
            tag = self._tag(fold(word))
            if tag is None:
                strange.append(word)
            elif tag not in found:
                found.append(tag)
        return found, strange

    def _tag(self, word: str) -> ProgrammeTag | None:
        """A tag that is called so, or whose name the words begin with: people add in brackets."""
        for tag in self._tags:
            names = {fold(text) for text, _state, _of in tag.name.wordings.values() if text}
            names.add(fold(tag.slug))
            if word in names or any(word.startswith(f"{name} ") for name in names):
                return tag
        return None

    def phases(
        self, tags: Iterable[ProgrammeTag], words: Iterable[str]
    ) -> tuple[list[Phase], list[str]]:
        """The phases of these programmes, and the words that are none."""
        found, strange = [], []
        strands = [tag.strand_id for tag in tags if tag.strand_id]
        for word in words:
            phase = next(
                (self._phases[key] for key in ((one, word) for one in strands)
                 if key in self._phases),
                None,
            )  # fmt: skip
            if phase is None:
                strange.append(word)
            elif phase not in found:
                found.append(phase)
        return found, strange
