"""The registry of CMS families (站群系统). Recognition is a page's matter, because one host mixes families."""

from collections.abc import Mapping
from types import MappingProxyType

from crawler.page import Page
from crawler.platforms.anhui import Anhui
from crawler.platforms.aspnet import AspNet
from crawler.platforms.base import ListPage, ListRequest, ListRow, Platform, clip
from crawler.platforms.generic import Generic
from crawler.platforms.gkmlpt import Gkmlpt
from crawler.platforms.hanweb import Hanweb
from crawler.platforms.hunan import Hunan
from crawler.platforms.jeecms import Jeecms
from crawler.platforms.kunming import Kunming
from crawler.platforms.trs import Trs
from crawler.platforms.ucap import Ucap
from crawler.platforms.vsb import Vsb
from crawler.platforms.yaan import Yaan

__all__ = ["PLATFORMS", "ListPage", "ListRequest", "ListRow", "Platform", "by_key", "recognise"]

# Families with marks in the markup first, families known by URL shape after them, the fallback last.
_ALL: tuple[Platform, ...] = (
    Vsb(), Hanweb(), Gkmlpt(), Anhui(), Ucap(), Trs(), Kunming(), Hunan(), Yaan(), Jeecms(), AspNet(), Generic(),
)  # fmt: skip
PLATFORMS: Mapping[str, Platform] = MappingProxyType({platform.key: platform for platform in _ALL})


def recognise(page: Page, hint: str | None = None) -> Platform:
    """The family that rendered ``page``.

    The page decides: the first family whose marks it carries. ``hint``, a key from the portal's definition, is taken
    where the page carries the marks of no family, and among several whose marks are there; an unknown key raises
    ``KeyError``. Of a page too large its beginning decides.
    """
    *known, fallback = PLATFORMS.values()
    beginning = clip(page)
    hinted = by_key(hint) if hint is not None else fallback
    if hinted is not fallback and hinted.recognise(beginning):
        return hinted
    return next((platform for platform in known if platform.recognise(beginning)), hinted)


def by_key(key: str) -> Platform:
    """The family with this key; ``KeyError`` names the known ones."""
    try:
        return PLATFORMS[key]
    except KeyError:
        raise KeyError(f"unknown platform {key!r}; known: {', '.join(PLATFORMS)}") from None
