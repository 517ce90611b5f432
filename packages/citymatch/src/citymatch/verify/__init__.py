"""The independent checker: proves a result in integers, without solving anything.

Shares no code with the solver: only the data classes, the formats and, for markets whose views were
computed by this package, the criteria.
"""

from __future__ import annotations

from citymatch.model import Market, Rematch, Result, Verdict
from citymatch.verify.claims import check_match
from citymatch.verify.contradiction import check_conflict
from citymatch.verify.findings import Findings
from citymatch.verify.inputs import check_market, check_scoring
from citymatch.verify.proofs import prove_stages
from citymatch.verify.rounds import answered_market, check_answers, check_changes


def verify(market: Market, result: Result) -> Verdict:
    """Check every statement of a result and prove its size, floor and score.

    ``proven`` tells for each stage whether it is proven; ``ok`` is true when nothing is wrong and
    each stage of the policy is proven. For a result of status ``infeasible`` it tells instead
    whether the conflict (``infeasible``) and its way out (``relaxation``) are proven.

    Not proven, because both need solving: which of several equally good matches the tie key picks,
    and that no bound of a conflict is superfluous.
    """
    found = Findings()
    proven: dict[str, bool] = {}
    check_market(found, market, result)
    if not found.problems:
        check_scoring(found, market)
        if result.status == "optimal":
            check_match(found, market, result)
            proven = prove_stages(found, market, result)
        else:
            proven = check_conflict(found, market, result)
    return Verdict(not found.problems, tuple(found.problems), proven)


def verify_rematch(market: Market, result: Result, rematch: Rematch) -> Verdict:
    """Check a re-match of the published ``result`` of a market, both ways of keeping pairs.

    Each way is proven like any result, for the market that the answers make of this one; the lists
    of changes are compared with the two matches. ``proven`` names stages as ``before-floor size``.
    """
    found = Findings()
    proven: dict[str, bool] = {}
    check_market(found, market, result)
    check_answers(found, result, rematch)
    for way in () if found.problems else (rematch.chosen, rematch.other):
        verdict = verify(answered_market(market, result, rematch, way.keep), way.result)
        found.problems += verdict.problems
        proven |= {f"{way.keep} {stage}": told for stage, told in verdict.proven.items()}
        check_changes(found, result, way)
    return Verdict(not found.problems, tuple(found.problems), proven)
