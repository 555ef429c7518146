"""待抓取: the URLs that portals list, and which of them to ask next. It lives in the store, so no crash loses it."""

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import Select, and_, func, not_, or_, select

from storage.database import Database
from storage.identity import canonical_url
from storage.models import Url, utc_now

MOST_TRIES = 5
"""Runs in which a URL may fail for reasons of its own before only a full crawl asks for it again."""

_UNREAD = and_(or_(Url.document_id.is_(None), Url.incomplete), Url.no_document.is_(None))

WAITING = and_(_UNREAD, Url.tries < MOST_TRIES)
"""Listed, never read or not to its end, and to be asked by the next run."""

GIVEN_UP = and_(_UNREAD, Url.tries >= MOST_TRIES)
"""Listed, never read or not to its end, and asked only by a full crawl or when its turn to be asked again comes."""

_MISSING = and_(Url.missing_since.is_not(None), Url.gone_since.is_(None))


def discover(
    database: Database, portal: str, rows: Iterable[tuple[str, str | None, str | None]]
) -> list[tuple[Url, bool]]:
    """Put the rows of a list (URL, title, date) into the frontier.

    Returns each distinct URL in order, and whether it was unknown until now.
    """
    found: dict[str, tuple[Url, bool]] = {}
    with database.writing() as session:
        for url, title, date in rows:
            canonical = canonical_url(url)
            if canonical in found:
                continue
            known = session.scalar(select(Url).where(Url.canonical == canonical))
            if known is None:
                known = Url(
                    canonical=canonical, url=url, portal=portal, row_title=title, row_date=date,
                    listed_at=utc_now(), tries=0,
                )  # fmt: skip
                session.add(known)
                found[canonical] = (known, True)
            else:
                # The first list that named it stays right: two columns may print one title differently for ever.
                known.row_title, known.row_date = known.row_title or title, known.row_date or date
                found[canonical] = (known, False)
    return list(found.values())


def pending(database: Database, portal: str) -> list[Url]:
    """Listed and never read, or not to its end: what an interrupted run left, too. First listed first, but after all
    others what was asked in vain: pages behind a login, say, must not keep the run from those after them."""
    return _all(database, _of(portal).where(WAITING).order_by(Url.tries, Url.id))


def missing(database: Database, portal: str) -> list[Url]:
    """Known, and not there when last asked, but not for long enough to be gone."""
    return _all(database, _of(portal).where(_MISSING).order_by(Url.id))


def given_up(database: Database, portal: str) -> int:
    """How many URLs were tried too often in vain."""
    with database.reading() as session:
        return session.scalar(select(func.count()).where(Url.portal == portal, GIVEN_UP)) or 0


def revisits(database: Database, portal: str, budget: int) -> list[Url]:
    """The ``budget`` known URLs, but those that are missing, that were asked longest ago."""
    known = _of(portal).where(Url.document_id.is_not(None), not_(_MISSING))
    return _all(database, known.order_by(Url.asked_at, Url.id).limit(budget))


def everything(database: Database, portal: str) -> list[Url]:
    """Every URL that the portal ever listed."""
    return _all(database, _of(portal).order_by(Url.id))


def known(database: Database, url: str) -> Url | None:
    """The frontier's row of a URL."""
    with database.reading() as session:
        return session.scalar(select(Url).where(or_(Url.canonical == canonical_url(url), Url.url == url)))


def tried_in_vain(
    database: Database, canonical: str, at: datetime, *, own_fault: bool, no_document: str | None = None
) -> None:
    """Note that a URL was asked and not read.

    ``own_fault`` says that the page, not its host, was at fault: only that counts as a try. ``no_document`` says why
    it never will be a document, if so.
    """
    with database.writing() as session:
        url = session.scalar(select(Url).where(Url.canonical == canonical))
        if url is None or (url.last_seen is not None and at < url.last_seen):  # another run had it since
            return
        url.asked_at = at
        url.tries += own_fault
        if url.document_id is None:
            url.no_document = no_document


def _of(portal: str) -> Select[Url]:
    return select(Url).where(Url.portal == portal)


def _all(database: Database, query: Select[Url]) -> list[Url]:
    with database.reading() as session:
        return list(session.scalars(query))
