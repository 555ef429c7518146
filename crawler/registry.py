"""The portals that this installation knows: those built in, and the operator's."""

from pathlib import Path
from urllib.parse import urlsplit

from crawler.platforms import PLATFORMS
from crawler.portals import BUILT_IN, Portal, PortalError, Portals, load_portals
from storage.console import say
from storage.refusal import Refused
from storage.settings import Settings


def definitions(settings: Settings) -> Portals:
    """Every portal by key: built in, in the data folder's ``portals/``, and in ``DAFU_PORTALS``; and what is wrong.

    Raises :class:`~storage.refusal.Refused` for a folder that is not there.
    """
    try:
        return load_portals(portal_folders(settings), PLATFORMS)
    except PortalError as error:
        raise Refused(f"portal definitions refused: {error}", exit_code=2) from None


def all_portals(settings: Settings) -> Portals:
    """Every portal, as :func:`definitions` has them; each definition that is wrong is told on standard error."""
    known = definitions(settings)
    for reason in known.refused.values():
        say(f"dafu: {_refusal(reason)}")
    return known


def portal_folders(settings: Settings) -> list[Path]:
    """Where definitions are looked for."""
    own = settings.home / "portals"
    folders = [BUILT_IN, *([own] if own.is_dir() else []), *([settings.portals] if settings.portals else [])]
    return list(dict.fromkeys(folder.resolve() for folder in folders))


def known_portal(settings: Settings, key: str | None) -> Portal:
    """One portal by its key; raises as :func:`one_of` does."""
    return one_of(definitions(settings), key)


def one_of(known: Portals, key: str | None) -> Portal:
    """The portal with this key.

    Raises :class:`~storage.refusal.Refused` with what is wrong in its definition, or with the keys that exist.
    """
    key = key or ""
    if key in known:
        return known[key]
    if key in known.refused:
        raise Refused(_refusal(known.refused[key]), exit_code=2)
    raise Refused(f"unknown portal '{key}'; known are: {', '.join(known)} (see dafu portals)", exit_code=2)


def _refusal(reason: str) -> str:
    return f"portal definition refused: {reason}"


def portal_of(portals: dict[str, Portal], url: str) -> Portal:
    """The portal that a URL belongs to.

    Raises :class:`~storage.refusal.Refused` with the way to allow a host that no portal has.
    """
    try:
        parts = urlsplit(url)
    except ValueError:  # a bracket in the host that belongs to no IPv6 address
        parts = urlsplit("")
    host = parts.netloc
    if not host or parts.scheme not in ("http", "https"):
        raise Refused(f"'{url}' is no http(s) URL", exit_code=2)
    for portal in portals.values():
        if portal.owns(url):
            return portal
    raise Refused(
        f"{url} refused: no portal has the host {host}; add it to 'hosts' of a definition, or write one and put it "
        f"into the folder that DAFU_PORTALS names (README, for operators)",
        exit_code=2,
    )
