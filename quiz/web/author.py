"""What authors see: the banks as their files stand now, their coverage, and every item as candidates see it."""

from typing import Any

from flask import Blueprint, current_app, render_template, request
from werkzeug.exceptions import NotFound

from quiz.domain.banks import Bank
from quiz.domain.items import KINDS, Item
from quiz.services import catalogue as service
from quiz.store.database import db
from quiz.web.access import staff

bp = Blueprint("author", __name__)


def _root() -> Any:
    return current_app.extensions["settings"].banks_dir


@bp.get("/banks")
@staff("author", "recruiter")
def catalogue() -> Any:
    """Every bank with its problems."""
    return render_template(
        "author/catalogue.html",
        banks=service.check_banks(_root()),
        loaded=service.loaded_hashes(db.session()),
    )


@bp.get("/banks/<string(maxlength=80):bank>")
@staff("author", "recruiter")
def bank(bank: str) -> Any:
    """One bank: coverage of its objectives, its items, its problems."""
    checked, only = service.check(_root(), bank), _only()
    return render_template(
        "author/bank.html",
        checked=checked,
        bank=checked.bank,
        items=_narrowed(checked.bank, only) if checked.bank else [],
        titles=_titles(checked.bank) if checked.bank else {},
        kinds=list(KINDS),
        only=only,
    )


def _only() -> dict[str, str]:
    """What the list of items is narrowed to; an objective may be a group."""
    return {name: request.args.get(name, "")[:60] for name in ("objective", "kind", "difficulty")}


def _narrowed(bank: Bank, only: dict[str, str]) -> list[Item]:
    return [
        item
        for item in bank.items
        if only["objective"] in ("", item.objective, bank.group_of[item.objective])
        and only["kind"] in ("", item.kind)
        and only["difficulty"] in ("", str(item.difficulty))
    ]


def _titles(bank: Bank) -> dict[str, str]:
    return {objective.id: objective.title for group in bank.file.groups for objective in group.objectives}


@bp.get("/banks/<string(maxlength=80):bank>/items/<string(maxlength=80):item>")
@staff("author", "recruiter")
def item(bank: str, item: str) -> Any:
    """One item as candidates see it, beside its key, explanations and sources."""
    checked = service.check(_root(), bank)
    found = [it for it in checked.bank.items if it.id == item] if checked.bank else []
    if not found:
        raise NotFound
    order = [it.id for it in checked.bank.items] if checked.bank else []
    place = order.index(item)
    return render_template(
        "author/item.html",
        bank=checked.bank,
        titles=_titles(checked.bank) if checked.bank else {},
        item=found[0],
        seen=service.as_written(found[0]),
        before=order[place - 1] if place else None,
        after=order[place + 1] if place + 1 < len(order) else None,
    )
