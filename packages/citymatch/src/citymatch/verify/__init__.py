"""The independent checker: proves a result in integers, without solving anything.

Shares no code with the solver: only the data classes, the formats and, for markets whose views were
computed by this package, the criteria.
"""

from __future__ import annotations

from citymatch.model import STAGES, Market, Result, Verdict
from citymatch.verify.claims import check_match
from citymatch.verify.contradiction import check_conflict
from citymatch.verify.findings import Findings
from citymatch.verify.inputs import check_market, check_scoring, groups_cross
from citymatch.verify.pairs import with_pairs
from citymatch.verify.proofs import prove_stages


def verify(market: Market, result: Result) -> Verdict:
    """Check every statement of a result and prove its size, floor and score.

    ``proven`` tells for each stage whether it is proven; ``ok`` is true when nothing is wrong and
    each stage of the policy is proven. For a result of status ``infeasible`` it tells instead
    whether the conflict (``infeasible``) and its way out (``relaxation``) are proven.

    Where groups cross, and the policy allows it, a match is checked, its optimality not proven.

    Not proven, because both need solving: which of several equally good matches the tie key picks,
    and that no bound of a conflict is superfluous.
    """
    found = Findings()
    crossed = market.policy.overlap == "milp" and groups_cross(market)
    proven: dict[str, bool] = {}
    check_market(found, market, result)
    if market.open:
        market = with_pairs(market, result)
    if not found.problems:
        check_scoring(found, market)
        if result.status == "optimal":
            check_match(found, market, result)
            proven = dict.fromkeys(STAGES, False)
            if not crossed:
                proven = prove_stages(found, market, result)
        else:
            proven = check_conflict(found, market, result, crossed=crossed)
    return Verdict(not found.problems, tuple(found.problems), proven, crossed)
