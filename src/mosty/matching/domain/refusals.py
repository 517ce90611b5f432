"""What a verb answers when it cannot be done now."""

from typing import Any


class Refused(Exception):
    """Asked for by somebody who may, but not possible as things stand; `str()` is a sentence for
    people that says what to do."""

    def __init__(self, sentence: Any) -> None:
        super().__init__(sentence)
        self.sentence = sentence

    def __str__(self) -> str:
        return str(self.sentence)
