"""What authors see: the banks as their files stand now, their coverage, and every item as candidates see it."""

from collections import Counter
from collections.abc import Collection
from typing import Any

from flask import Blueprint, current_app, render_template, request

from quiz.domain.banks import Bank, BankCheck
from quiz.domain.items import KINDS, Item
from quiz.services.authoring import catalogue as service
from quiz.services.authoring import inspection
from quiz.services.publishing import loading
from quiz.web.access import staff
from quiz.web.database import db

bp = Blueprint("author", __name__)


def _root() -> Any:
    return current_app.extensions["settings"].banks_dir


@bp.get("/banks")
@staff("author", "recruiter")
def catalogue() -> Any:
    """Every bank with its problems."""
    allow_unproven = current_app.extensions["settings"].allow_unproven
    in_use = loading.loaded_as_they_stand(db.engine, _root(), allow_unproven)
    loaded = loading.loaded_hashes(db.engine)
    others = service.editions(_root(), allow_unproven, but=in_use)
    alike = {bank for bank, edition in others.items() if loaded.get(bank) == edition.content_hash}
    return catalogue_page(set() if allow_unproven else in_use, in_use=in_use | alike, loaded=loaded)


def catalogue_page(complete: Collection[str] = (), **more: Any) -> str:
    """The page of all banks. `complete` are banks of which no item is held back, as far as that is known.

    `in_use` and `loaded` say what new assessments draw from, where there is a service to make them.
    """
    checks = service.check_banks(_root())
    states = {
        check.slug: Counter(inspection.states(check.bank, check.slug in complete).values())
        for check in checks
        if check.bank
    }
    remarks = Counter(finding.bank for finding in inspection.quality(_root()).findings)
    return render_template("author/catalogue.html", checks=checks, states=states, remarks=remarks, **more)


@bp.get("/banks/<string(maxlength=80):bank>")
@staff("author", "recruiter")
def bank(bank: str) -> Any:
    """One bank: coverage of its objectives, its items, its problems."""
    return _bank_page(service.check(_root(), bank))


def _bank_page(check: BankCheck) -> str:
    only = _only()
    return render_template(
        "author/bank.html",
        check=check,
        bank=check.bank,
        items=_narrow(check.bank, only) if check.bank else [],
        titles=check.bank.outline.titles if check.bank else {},
        states=inspection.states(check.bank) if check.bank else {},
        findings=[finding for finding in inspection.quality(_root()).findings if finding.bank == check.slug],
        game=next((game for game in inspection.quality(_root()).games if game.bank == check.slug), None),
        kinds=list(KINDS),
        only=only,
    )


def _only() -> dict[str, str]:
    """What the list of items is narrowed to; an objective may be a group."""
    return {name: request.args.get(name, "")[:60] for name in ("objective", "kind", "difficulty")}


def _narrow(bank: Bank, only: dict[str, str]) -> list[Item]:
    return [
        item
        for item in bank.items
        if only["objective"] in ("", item.objective, bank.outline.group_of[item.objective].id)
        and only["kind"] in ("", item.kind)
        and only["difficulty"] in ("", str(item.difficulty))
    ]


@bp.get("/banks/<string(maxlength=80):bank>/items/<string(maxlength=80):item>")
@staff("author", "recruiter")
def item(bank: str, item: str) -> Any:
    """One item as candidates see it, beside its key, explanations, proof and quality; of a template, one variant.

    While its bank has problems, those are shown at the item's own address: where it comes back once they are mended.
    """
    check = service.check(_root(), bank)
    if check.bank is None:
        return _bank_page(check)
    number = request.args.get("variant", "1")[:4]
    sheet = inspection.inspect(_root(), check.bank, item, int(number) if number.isdecimal() else 1)
    order = [item.id for item in check.bank.items]
    place = order.index(item)
    return render_template(
        "author/item.html",
        bank=check.bank,
        titles=check.bank.outline.titles,
        item=sheet.item,
        sheet=sheet,
        public=sheet.item.question.public(sheet.item.question.sample_arrangement),
        before=order[place - 1] if place else None,
        after=order[place + 1] if place + 1 < len(order) else None,
    )
