"""Every read of matching begins here: what an actor may know of.

Rounds in preparation are the secretariat's. An approved round is seen inside the programme; the
public sees agreed pairs only, except that in the demo the approved illustrative round is public,
labelled *illustrative, not agreed*. A pair with a body that the actor may not know of is no pair
for that actor: lists, counts and files all leave it out.
"""

from mosty.matching.queries.frozen import (
    MOST_MARKETS_KEPT,
    market_of,
    may_read_facts,
    regret_of,
    result_of,
    withheld_since,
)
from mosty.matching.queries.pairs import (
    PublicPair,
    pairs_of,
    pairs_of_town,
    pairs_visible_to,
    public_pairs,
    quotas_of_association,
)
from mosty.matching.queries.policies import Difference, policies_of, policy_diff, shares
from mosty.matching.queries.preparation import (
    by_code,
    contacts_of,
    is_in_run,
    other,
    overrides_in_force,
    overrides_of,
    participants_of,
    quotas_of,
    removed_from,
)
from mosty.matching.queries.rounds import (
    HEAVY,
    SETTLED,
    analysis_of,
    current_run_of,
    involved,
    notices_for,
    run_at_work,
    runs_of,
    runs_visible_to,
    scenarios_of,
    shown_in_the_demo,
    stands,
    visible_to,
    waiting_for_approval,
)

__all__ = [
    "HEAVY",
    "MOST_MARKETS_KEPT",
    "SETTLED",
    "Difference",
    "PublicPair",
    "analysis_of",
    "by_code",
    "contacts_of",
    "current_run_of",
    "involved",
    "is_in_run",
    "market_of",
    "may_read_facts",
    "notices_for",
    "other",
    "overrides_in_force",
    "overrides_of",
    "pairs_of",
    "pairs_of_town",
    "pairs_visible_to",
    "participants_of",
    "policies_of",
    "policy_diff",
    "public_pairs",
    "quotas_of",
    "quotas_of_association",
    "regret_of",
    "removed_from",
    "result_of",
    "run_at_work",
    "runs_of",
    "runs_visible_to",
    "scenarios_of",
    "shares",
    "shown_in_the_demo",
    "stands",
    "visible_to",
    "waiting_for_approval",
    "withheld_since",
]
