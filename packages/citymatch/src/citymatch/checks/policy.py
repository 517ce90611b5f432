"""The policy: stages, floors, rules and weights."""

from __future__ import annotations

from collections.abc import Iterator

from citymatch.checks.check import Check, are_weights
from citymatch.model import MICRO, STAGES, Policy, Problem

SCORINGS = ("given", "criteria/1")
OVERLAPS = ("refuse", "milp")
FLOORS = ("once", "repeated")


class PolicyCheck(Check):
    """Checks of the policy."""

    def policy(self, policy: Policy) -> Iterator[Problem]:
        if not policy.stages or list(policy.stages) != [s for s in STAGES if s in policy.stages]:
            yield self.problem(
                "wrong_stages",
                None,
                "policy.stages",
                f"the stages are {list(policy.stages)}",
                f"name some of {', '.join(STAGES)}, each once and in this order",
            )
        if not 0 <= policy.absolute_floor <= MICRO:
            yield self.problem(
                "out_of_range",
                None,
                "policy.absolute_floor",
                f"{policy.absolute_floor / MICRO:.6f} is not between 0 and 1",
                "give a view from 0 to 1",
                value=policy.absolute_floor,
            )
        if "\0" in policy.tie_key:
            yield self.problem(
                "wrong_value",
                None,
                "policy.tie_key",
                "the tie key holds a null character",
                "use plain text",
            )
        for field, value, known in (
            ("overlap", policy.overlap, OVERLAPS),
            ("scoring", policy.scoring, SCORINGS),
            ("floors", policy.floors, FLOORS),
        ):
            if value not in known:
                yield self.problem(
                    "wrong_value",
                    None,
                    f"policy.{field}",
                    f"{value!r} is not known",
                    f"use one of {', '.join(known)}",
                    value=value,
                )
        for field in ("max_km", "max_size_ratio"):
            value = getattr(policy.rules, field)
            if value is not None and not 0 < value < float("inf"):
                yield self.problem(
                    "out_of_range",
                    None,
                    f"policy.rules.{field}",
                    f"the rule {field} cannot be {value}",
                    "give a number above 0 or leave the rule out",
                    value=value,
                )
        if policy.floors == "repeated" and not {"size", "floor"} <= {*policy.stages}:
            yield self.problem(
                "floors_without_stages",
                None,
                "policy.floors",
                "floors can only be repeated after the stages size and floor",
                'name both stages or use "once"',
            )
        yield from self._weights(policy)

    def _weights(self, policy: Policy) -> Iterator[Problem]:
        if policy.weights is None:
            if policy.scoring != "given":
                yield self.problem(
                    "missing",
                    None,
                    "policy.weights",
                    f"the scoring {policy.scoring} needs weights",
                    "give the weights of both sides",
                )
            return
        for side in ("left", "right"):
            weights = policy.weights.get(side, {})
            if not are_weights(weights) or not any(weights.values()):
                yield self.problem(
                    "wrong_weights",
                    None,
                    f"policy.weights.{side}",
                    f"the weights of the {side} side are not usable",
                    "give numbers of 0 or more, at least one of them above 0",
                    side=side,
                )
