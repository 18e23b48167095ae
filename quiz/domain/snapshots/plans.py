"""Stored plans.

Shape 1, which has no field `shape`, is the plan as it was submitted. Shape 2 is `Plan.snapshot`: as shape 1, and a
draw may name the requirement that it serves.
"""

from collections.abc import Mapping
from typing import Any

from quiz.domain.plans import Draw, Plan, Spread


def read_plan_snapshot(document: Mapping[str, Any]) -> Plan:
    """The plan in a stored document of any shape; what the document does not say is as it was by default."""
    spread = document.get("difficulty")
    return Plan(
        title=document["title"],
        minutes=document["minutes"],
        draws=[_draw(draw) for draw in document["draws"]],
        difficulty=_spread(spread) if spread else None,
        scoring=document.get("scoring", "partial credit"),
        pass_mark=document.get("pass_mark"),
    )


def _draw(document: Mapping[str, Any]) -> Draw:
    return Draw(
        bank=document["bank"],
        count=document["count"],
        objectives=document.get("objectives", []),
        weights=document.get("weights", {}),
        requirement=document.get("requirement"),
    )


def _spread(document: Mapping[str, Any]) -> Spread:
    return Spread(document.get("easy", 0), document.get("medium", 0), document.get("hard", 0))
