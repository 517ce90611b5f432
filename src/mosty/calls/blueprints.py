"""Templates of calls: what the programme's own calls are known to have asked.

Kept as content (`calls.content`) in `data/`, texts as `{"en": …, "uk": …}`. What a source says of
the pilot and of phase 2 stands there as it was; questions, criteria and weights are illustrative:
none were published.
"""

import json
from functools import cache
from pathlib import Path
from typing import Any

from django.utils.translation import gettext_lazy as _

from mosty.core.texts import Text
from mosty.core.verbs import Words

_LANGUAGES = {"en", "uk"}
_DATA = Path(__file__).parent / "data"

NAMES: dict[str, Words] = {
    "pilot": _("Municipalities of the pilot (2021)"),
    "associations": _("Associations of phase 2 (2022)"),
    "municipalities": _("Municipalities of phase 2 (2022–2023)"),
}


@cache
def _text(key: str) -> str:
    if key not in NAMES:
        raise KeyError(key)
    return (_DATA / f"{key}.json").read_text(encoding="utf-8")


def read(key: str) -> dict[str, Any]:
    """The content of a template, fresh each time; `KeyError` for one that there is not."""
    found: dict[str, Any] = _with_texts(json.loads(_text(key)))
    return found


def _with_texts(data: Any) -> Any:
    """The same with every text as `core.texts` dumps it."""
    if isinstance(data, list):
        return [_with_texts(each) for each in data]
    if not isinstance(data, dict):
        return data
    if data and set(data) <= _LANGUAGES:
        return Text.of(**data).dump()
    return {name: _with_texts(value) for name, value in data.items()}
