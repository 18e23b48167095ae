"""Lists that are sorted, filtered and paged on the server, and the links that do it."""

from collections.abc import Mapping, Sequence
from typing import Any

from flask import request, url_for

from quiz.store.listings import Page, Wanted

_LONGEST_EDGE = 2000


class Table:
    """What the address of a list asks for; whatever it does not know is passed over."""

    def __init__(
        self, args: Mapping[str, str], sorts: Sequence[str] = (), filters: Sequence[str] = ("",), **address: Any
    ) -> None:
        sort, only = args.get("sort", ""), args.get("only", "")
        self._address = address
        self.wanted = Wanted(
            search=args.get("search", "").strip()[:100],
            only=only if only in filters else "",
            sort=sort if sort in sorts else "",
            descending=args.get("order") == "descending",
            after=args.get("after", "")[:_LONGEST_EDGE],
            before=args.get("before", "")[:_LONGEST_EDGE],
        )

    def sorted_by(self, sort: str) -> str | None:
        """The direction in which the list is sorted by a column, or None."""
        if self.wanted.sort != sort:
            return None
        return "descending" if self.wanted.descending else "ascending"

    def sort_link(self, sort: str) -> str:
        """The address of this list sorted by a column, turned round if it is sorted by it already."""
        return self._link(sort=sort, order="descending" if self.sorted_by(sort) == "ascending" else None)

    def filter_link(self, only: str) -> str:
        return self._link(only=only or None, sort=None, order=None)

    @property
    def begins(self) -> bool:
        """Whether the list is shown from its beginning."""
        return not self.wanted.after and not self.wanted.before

    def first_link(self) -> str:
        return self._link()

    def before_link(self, page: Page[Any]) -> str:
        return self._link(before=page.before)

    def after_link(self, page: Page[Any]) -> str:
        return self._link(after=page.after)

    def _link(self, **changed: Any) -> str:
        now = {
            "search": self.wanted.search or None,
            "only": self.wanted.only or None,
            "sort": self.wanted.sort or None,
            "order": "descending" if self.wanted.descending else None,
        }
        assert request.endpoint is not None
        endpoint = {"recruiter.invite": "recruiter.assessment"}.get(request.endpoint, request.endpoint)
        return url_for(endpoint, **self._address, **(now | changed))
