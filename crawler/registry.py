"""The portals that this installation knows: those built in, and the operator's."""

from pathlib import Path
from urllib.parse import urlsplit

from crawler.platforms import PLATFORMS
from crawler.portals import BUILT_IN, Portal, PortalError, load_portals
from storage.refusal import Refused
from storage.settings import Settings


def all_portals(settings: Settings) -> dict[str, Portal]:
    """Every portal by key: built in, in the data folder's ``portals/``, and in ``DAFU_PORTALS``.

    Raises :class:`~storage.refusal.Refused` naming file, key and reason of a definition that is wrong.
    """
    try:
        return load_portals(portal_folders(settings), PLATFORMS)
    except PortalError as error:
        raise Refused(f"portal definition refused: {error}", exit_code=2) from None


def portal_folders(settings: Settings) -> list[Path]:
    """Where definitions are looked for."""
    own = settings.home / "portals"
    folders = [BUILT_IN, *([own] if own.is_dir() else []), *([settings.portals] if settings.portals else [])]
    return list(dict.fromkeys(folder.resolve() for folder in folders))


def known_portal(settings: Settings, key: str | None) -> Portal:
    """One portal by its key.

    Raises :class:`~storage.refusal.Refused` with the keys that exist.
    """
    portals = all_portals(settings)
    if key in portals:
        return portals[key]
    raise Refused(f"unknown portal '{key}'; known are: {', '.join(portals)} (see dafu portals)", exit_code=2)


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
