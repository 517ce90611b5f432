"""Choose several out of a list that is too long to stand open in a filter bar."""

from typing import Any

from django import forms

from mosty.core.verbs import Words


class Several(forms.CheckboxSelectMultiple):
    """Tick boxes folded under a field that says what is chosen, or `nothing` when nothing is."""

    template_name = "parts/several.html"

    def __init__(self, *, nothing: Words, attrs: Any = None) -> None:
        super().__init__(attrs)
        self.nothing = nothing

    def get_context(self, name: str, value: Any, attrs: Any) -> dict[str, Any]:
        context = super().get_context(name, value, attrs)
        wanted = {str(each) for each in value or []}
        context["widget"] |= {
            "nothing": self.nothing,
            "chosen": [str(label) for key, label in self.choices if str(key) in wanted],
        }
        return context
