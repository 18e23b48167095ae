"""Stored outlines of banks.

Shape 1, which has no field `shape`, is all that `bank.yaml` said. Shape 2 is `Outline.snapshot`: a selection from
shape 1 under the same names, so that one reader takes what it needs from either.
"""

from collections.abc import Mapping
from typing import Any

from quiz.domain.outlines import Group, Objective, Outline


def read_outline(document: Mapping[str, Any]) -> Outline:
    """The outline in a stored document of any shape; what the document does not say is as it was by default."""
    return Outline(
        title=document["title"],
        groups=[_group(group) for group in document["groups"]],
        summary=document.get("summary", ""),
        alignment=document.get("alignment"),
        language=document.get("language", "text"),
        practice=document.get("practice", False),
    )


def _group(document: Mapping[str, Any]) -> Group:
    objectives = [Objective(objective["id"], objective["title"]) for objective in document["objectives"]]
    return Group(document["id"], document["title"], objectives, document.get("weight", 1))
