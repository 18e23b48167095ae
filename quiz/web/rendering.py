"""Turning what authors wrote into HTML: Markdown without raw HTML, and code highlighted on the server."""

import hashlib
import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from functools import cache, lru_cache

import nh3
from flask import Blueprint, Flask, Response, current_app, send_file, send_from_directory
from jinja2 import ChoiceLoader, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from quiz import paths
from quiz.domain import listings
from quiz.domain.errors import NotFound
from quiz.domain.markdown import PARSER, plain, render_inline
from quiz.domain.pictures import REFERENCE
from quiz.web import kinds
from quiz.web.access import anyone
from quiz.web.browser_names import browser_name
from quiz.web.highlighting import lines as listing_lines

_INLINE_TAGS = {"code", "strong", "em", "br", "bdi", "img"}
_TABLE_TAGS = {"table", "thead", "tbody", "tr", "th", "td"}
_BLOCK_TAGS = _INLINE_TAGS | _TABLE_TAGS | {"p", "ul", "ol", "li", "pre", "blockquote", "a"}
_SET_APART = {"dir", "translate"}
_CODE = {"*": set[str](), "bdi": _SET_APART, "pre": _SET_APART, "code": _SET_APART | {"class"}}
_ATTRIBUTES = _CODE | {"img": {"alt", "class", "src"}, "a": {"href"}}
_SCHEMES = {"https", "mailto", "picture"}
_PICTURE = re.compile(rf'(<img [^>]*src=)"{REFERENCE.pattern}"')


_PICTURE_NAME = re.compile(r"pictures/([0-9a-f]{64})\.(png|jpg)")

static = Blueprint("assets", __name__)


@lru_cache(maxsize=20_000)
def block(text: str) -> Markup:
    """Markdown as HTML blocks."""
    return _clean(PARSER.render(listings.mended(text)), _BLOCK_TAGS)


@lru_cache(maxsize=50_000)
def inline(text: str) -> Markup:
    """Markdown within a line; a block of code keeps its lines."""
    return _clean(render_inline(listings.mended(text)), _INLINE_TAGS)


def _clean(html: str, tags: set[str]) -> Markup:
    """HTML with nothing but these tags, and the pictures of ours at their addresses."""
    clean = nh3.clean(html, tags=tags, attributes=_ATTRIBUTES, url_schemes=_SCHEMES)
    return Markup(_PICTURE.sub(_addressed, clean))


def _addressed(found: re.Match[str]) -> str:
    tag, digest, ending, width, height = found.groups()
    address = f"/static/{digest[:16]}/pictures/{digest}.{ending}"
    return f'{tag}"{address}" width="{width}" height="{height}" loading="lazy"'


def coded(text: str) -> Markup:
    """A plain text in which nothing but code between backticks is marked: a message, a source."""
    parts = re.split(r"`([^`]+)`", listings.mended(text))
    code = Markup('<code dir="ltr" translate="no">{}</code>')
    return Markup().join(code.format(part) if n % 2 else part for n, part in enumerate(parts))


def indentation(source: str) -> int:
    """How many columns a line is indented: even, at most 24, as the style sheet has classes for.

    What wraps of a long line stands further in than its beginning.
    """
    wide = source.replace("\t", "    ")
    columns = len(wide) - len(wide.lstrip())
    return min(columns - columns % 2, 24)


@lru_cache(maxsize=5_000)
def listing(source: str, language: str) -> Markup:
    """A whole listing; the style sheet draws the numbers of its lines, so that copied code is only code."""
    pairs = zip(listings.lines(listings.mended(source)), listing_lines(source, language), strict=True)
    line = Markup('<span class="line indent-{}">{}\n</span>')
    lines = Markup().join(line.format(indentation(raw), html) for raw, html in pairs)
    code = Markup('<pre class="listing-code"><code>{}</code></pre>').format(lines)
    return Markup('<div class="listing" dir="ltr" translate="no">{}</div>').format(code)


def _time(moment: datetime, shape: str, text: str) -> Markup:
    """A time in UTC, which a script puts into the reader's own time, in a shape that it knows."""
    machine = f"{moment.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"
    # Made of numbers and our own words alone, so there is nothing to escape.
    return Markup(f'<time datetime="{machine}" data-local="{shape}">{text}</time>')


def clock_time(moment: datetime) -> Markup:
    """A time of day, such as 14:02 UTC."""
    return _time(moment, "time", f"{moment.astimezone(UTC):%H:%M} UTC")


def time_of_day(moment: datetime) -> Markup:
    """A time of day to the second, such as 14:02:31 UTC."""
    return _time(moment, "second", f"{moment.astimezone(UTC):%H:%M:%S} UTC")


def date_time(moment: datetime | None) -> Markup:
    """A moment, such as 21 November 2026, 14:02 UTC; empty for none."""
    return _time(moment, "moment", f"{moment.astimezone(UTC):%-d %B %Y, %H:%M} UTC") if moment else Markup()


def day(moment: datetime) -> Markup:
    """A day, such as 21 Nov 2026 (UTC)."""
    return _time(moment, "day", f"{moment.astimezone(UTC):%-d\u00a0%b\u00a0%Y} (UTC)")


def duration(length: timedelta | int) -> str:
    """A length of time in words, such as 1 h 5 min or 45 s; whole numbers are seconds."""
    seconds = int(length.total_seconds() if isinstance(length, timedelta) else length)
    if seconds < 60:
        return f"{seconds} s"
    hours, minutes = divmod((seconds + 30) // 60, 60)
    return f"{hours} h {minutes} min" if hours else f"{minutes} min"


def percent(share: float) -> str:
    """A share from 0 to 1 in whole per cent."""
    return f"{round(share * 100)} %"


@cache
def _version() -> str:
    """A hash over all static files: modules import each other by relative addresses, so they change together."""
    digest = hashlib.sha256()
    for path in [*sorted(path for path in paths.STATIC.rglob("*") if path.is_file()), *kinds.files()]:
        digest.update(path.read_bytes())
    return digest.hexdigest()[:16]


def asset(name: str) -> str:
    """The address of a static file, which changes whenever any of them does.

    Put together by hand, because error pages need it even for requests that Flask finds no addresses for.
    """
    return f"/static/{_version()}/{name}"


@static.get("/static/<string(length=16):version>/<path:name>")
@anyone
def file(version: str, name: str) -> Response:  # noqa: ARG001 - the version only makes the address new
    """A static file, to be kept by browsers for as long as they like: its address names its content."""
    response = _asset(name)
    response.headers["Cache-Control"] = "public, max-age=31536000, immutable"
    return response


def _asset(name: str) -> Response:
    if name == kinds.STYLE_SHEET:
        return Response(kinds.style_sheet(), mimetype="text/css")
    if script := kinds.scripts().get(name):
        return send_file(script, mimetype="text/javascript")
    if named := _PICTURE_NAME.fullmatch(name):
        return _picture(*named.groups())
    return send_from_directory(paths.STATIC, name)


def _picture(digest: str, ending: str) -> Response:
    data = current_app.extensions["pictures"](digest)
    if data is None:
        raise NotFound(f"There is no picture {digest}.")
    return Response(data, mimetype={"png": "image/png", "jpg": "image/jpeg"}[ending])


def init_app(app: Flask, pictures: Callable[[str], bytes | None] = lambda _: None) -> None:
    """Let pages of the application show what authors wrote; `pictures` gives the content of a picture by its digest."""
    app.extensions["pictures"] = pictures
    app.register_blueprint(static)
    env = app.jinja_env
    env.undefined = StrictUndefined
    env.trim_blocks = env.lstrip_blocks = True
    app.jinja_loader = ChoiceLoader([FileSystemLoader(paths.TEMPLATES), kinds.loader()])
    env.globals |= {"asset": asset, "product": "quiz", "live": False}
    env.globals |= {"kind_template": kinds.template, "kind_listing": kinds.listing, "kind_script": kinds.script}
    env.filters |= {
        "block": block,
        "browser_name": browser_name,
        "coded": coded,
        "inline": inline,
        "indentation": indentation,
        "listing": listing,
        "listing_lines": listing_lines,
        "plain": plain,
        "clock_time": clock_time,
        "date_time": date_time,
        "day": day,
        "duration": duration,
        "percent": percent,
    }
