"""What is wrong with a market or a result: sentences for the engine's codes of input problems and
for what its independent checker finds."""

from collections.abc import Sequence

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

import citymatch
from mosty.matching.reasons.names import named
from mosty.matching.reasons.rounds import said

Words = str | Promise

# What the check of a stored run found (`domain.check`), the engine's codes among them.
CHECKS: dict[str, Words] = {
    "no_result": gettext_lazy("there is no result"),
    "market_changed": gettext_lazy("the stored market is not the one that was solved"),
    "pairs_changed": gettext_lazy("the stored pairs are not those of the result"),
    "not_proven": gettext_lazy("size, floor or score is not proven"),
    "wrong_input": gettext_lazy("the result was solved from another market"),
    "unsound_market": gettext_lazy("the market contradicts itself"),
    "parts_do_not_add_up": gettext_lazy("the parts of a pair do not add up to its views"),
    "wrong_scoring": gettext_lazy("the facts of the towns give other views"),
    "pair_not_listed": gettext_lazy("a pair is not among the eligible ones"),
    "pair_twice": gettext_lazy("a pair stands twice"),
    "pair_vetoed": gettext_lazy("a pair was kept apart by a decision"),
    "pair_below_absolute_floor": gettext_lazy("a pair lies below the absolute floor"),
    "lock_missing": gettext_lazy("a pair that was put together is missing"),
    "wrong_lock": gettext_lazy("a pair is wrongly shown as put together"),
    "wrong_view": gettext_lazy("a view of a pair is not that of the market"),
    "wrong_pair_score": gettext_lazy("a score does not follow from its views"),
    "town_under_min": gettext_lazy("a town has fewer partners than it must get"),
    "town_over_max": gettext_lazy("a town has more partners than it may have"),
    "group_under_min": gettext_lazy("a group has fewer pairs than its quota asks for"),
    "group_over_max": gettext_lazy("a group has more pairs than its quota allows"),
    "wrong_size": gettext_lazy("the number of pairs is not that of the pairs"),
    "wrong_floor": gettext_lazy("the floor is not that of the pairs"),
    "wrong_floor_all": gettext_lazy("the floor of all pairs is not that of the pairs"),
    "wrong_score": gettext_lazy("the sum of scores is not that of the pairs"),
    "wrong_kept": gettext_lazy("the number of pairs kept is not that of the pairs"),
    "wrong_unmatched": gettext_lazy("the towns with room left are not told right"),
    "size_not_proven": gettext_lazy("that no match has more pairs is not proven"),
    "floor_not_proven": gettext_lazy("that no match has a higher floor is not proven"),
    "score_not_proven": gettext_lazy("that no match has a higher sum of scores is not proven"),
    "keep_not_proven": gettext_lazy("that no match keeps more pairs is not proven"),
    "levels_not_proven": gettext_lazy("that the floors above the first are highest is not proven"),
    "wrong_answer": gettext_lazy("an answer belongs to no pair that was published"),
    "wrong_ways": gettext_lazy("a way of keeping pairs is missing"),
    "wrong_changes": gettext_lazy("the changes do not fit the matches"),
    "conflict_missing": gettext_lazy("the bounds that contradict each other are not named"),
    "wrong_bound": gettext_lazy("a bound of the conflict is not one of the market"),
    "infeasible_not_proven": gettext_lazy("that no match meets all bounds is not proven"),
    "relaxation_not_proven": gettext_lazy("that the way out suffices is not proven"),
}

# What the engine refuses of a market. A round can only cause some of it; the rest would be a fault
# of the site and names itself.
PROBLEMS: dict[str, Words] = {
    "locked_over_max": gettext_lazy(
        "%(id)s would get more partners by decisions than it may have (%(max)s). Raise its "
        "maximum, or take a decision back."
    ),
    "locked_not_listed": gettext_lazy(
        "A pair that was put together cannot be matched any more: %(pair)s. Take that decision "
        "back."
    ),
    "locked_and_vetoed": gettext_lazy(
        "A pair is both put together and kept apart: %(pair)s. Take one decision back."
    ),
    "unknown_group": gettext_lazy(
        "No town of the round is in %(group)s. Take its quota away, or add its towns."
    ),
    "group_on_both_sides": gettext_lazy(
        "%(group)s has towns on both sides. A quota counts the towns of one side: take it away."
    ),
    "overlapping_groups": gettext_lazy(
        "%(groups)s share some towns, but neither holds the other whole. Take one of the two "
        "quotas away."
    ),
    "duplicate_quota": gettext_lazy("%(group)s has two quotas. Keep one of them."),
    "min_above_max": gettext_lazy(
        "%(id)s: at least %(min)s is more than at most %(max)s. Change one of the two."
    ),
    "two_countries": gettext_lazy("%(id)s stands in two countries. Correct it in the register."),
    "duplicate_id": gettext_lazy("%(id)s stands on both sides. Take it out of one."),
    "unknown_town": gettext_lazy("%(id)s is not in the round. Add it, or take the decision back."),
    "wrong_side": gettext_lazy("%(id)s stands on the other side of the round."),
    "wrong_stages": gettext_lazy("The stages of the policy are not usable. Write a new policy."),
    "wrong_weights": gettext_lazy("The weights of one side are not usable. Write a new policy."),
    "unknown_criterion": gettext_lazy(
        "The engine knows no criterion “%(criterion)s”. Write a new policy."
    ),
    "pair_not_listed": gettext_lazy("%(pair)s cannot be matched in this round."),
    "wrong_input": gettext_lazy("The result belongs to another state of the round. Run it again."),
}
# Faults of files, which a round never is: told with the engine's own words behind.
FILE_FAULTS = frozenset(
    "unusable_file wrong_encoding broken_json wrong_format unknown_field missing wrong_type "
    "not_a_number out_of_range wrong_value empty_id duplicate_pair parts_do_not_add_up "
    "listed_and_excluded broken_csv usage keep_not_listed keep_without_size floors_without_stages "
    "answer_not_in_result accepted_and_declined too_many_pairs part_above_weight not_solved "
    "pairs_not_listed not_answered duplicate_rank too_many_wishes".split()
)


def problem(found: citymatch.Problem) -> str:
    """What is wrong with a market, in the reader's language; faults of files in the engine's."""
    words = PROBLEMS.get(found.code)
    if words is None:
        return _("The engine cannot use this round: %(problem)s") % {"problem": found}
    return said(words, {name: named(value) for name, value in found.params.items()})


def objection(code: str) -> str:
    """What the checker found; an unknown code as it stands."""
    return str(CHECKS.get(code, code))


def check_failed(codes: Sequence[str]) -> str:
    """Why a proposal was not approved: the check at that moment found something."""
    found = "; ".join(objection(code) for code in codes)
    return _("The proposal was not approved, because its check failed: %(found)s.") % {
        "found": found
    }
