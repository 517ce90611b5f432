"""Rounds, their policies, who takes part, what officers decided, what the engine proposed.

Views, scores and floors are integers of one millionth (`citymatch.MICRO`). The left side of a
market is Ukraine, the right side the European Union.
"""

from mosty.matching.models.analyses import Analysis
from mosty.matching.models.rounds import (
    ROUND,
    Override,
    Policy,
    PolicyValues,
    Round,
    RoundContact,
    RoundParticipant,
    RoundQuota,
    Side,
)
from mosty.matching.models.runs import PAIR, Notice, Pair, Run, Solved
from mosty.matching.models.scenarios import Scenario

__all__ = [
    "PAIR",
    "ROUND",
    "Analysis",
    "Notice",
    "Override",
    "Pair",
    "Policy",
    "PolicyValues",
    "Round",
    "RoundContact",
    "RoundParticipant",
    "RoundQuota",
    "Run",
    "Scenario",
    "Side",
    "Solved",
]
