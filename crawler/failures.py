"""What kept a page from being had: a small taxonomy of failures, and one line that says each."""

import errno
import os

from scrapy.exceptions import (
    CannotResolveHostError,
    DownloadCancelledError,
    DownloadConnectionRefusedError,
    DownloadFailedError,
    DownloadTimeoutError,
    IgnoreRequest,
)

from crawler.extraction import Record
from crawler.extraction.verdict import is_challenge
from crawler.tls import flaw_of

DISK = "disk"
"""The class of failures that end the whole run: what is fetched can't be kept."""

LEFT = "left"
"""The class of what is none: the next run asks for it as if this one had not come to it."""

STUB = "stub"
"""The class of a list page that shows nothing, and showed nothing before: sites serve only their newest pages."""

THE_PORTALS_OWN = {"http-404", "http-410", "not-html", "robots", STUB}
"""Failures that are answers: asking again would not help, so they don't make a run partial."""

THE_PAGES_OWN = {
    "empty",
    "login",
    "soft-404",
    "cut-off",
    "over-limit",
    "redirects",
    "offsite",
    "error",
    "no-part",
    "http-304",
    "http-400",
    "http-401",
}
"""Failures that a page may have for ever. All others are its host's, and a host that is down for days must not use up
its pages' tries."""

WALLS = {"challenge", "login"}
"""Failures after some of which in a row a host is left alone."""

_BY_FLAG = {
    "page:missing": ("soft-404", "the page says that it is not there"),
    "page:challenge": ("challenge", "not the page came, but one that wants a script run or a code typed"),
    "page:login": ("login", "not the page came, but a login"),
}
"""What the reader's verdicts mean."""

_BY_EXCEPTION: tuple[tuple[type[BaseException], str], ...] = (
    (CannotResolveHostError, "dns"),
    (DownloadTimeoutError, "timeout"),
    (DownloadConnectionRefusedError, "refused"),
    (DownloadCancelledError, "over-limit"),
    (DownloadFailedError, "connection"),
)


_HOSTS_OWN = {"dns", "timeout", "refused", "connection", "tls"}


class RobotsUnreachable(IgnoreRequest):
    """Not asked, because nobody knows whether it may be.

    ``kind`` is the class of what kept robots.txt from coming, where it is one that a whole host may have.
    """

    def __init__(self, message: str, kind: str = "") -> None:
        super().__init__(message)
        self.kind = kind if kind in _HOSTS_OWN or kind.startswith(("http-5", "challenge")) else "robots-unreachable"


class LeftAlone(IgnoreRequest):
    """Not asked, because the host is left alone until the next run: no failure of the page's, and no try."""


class LeadsElsewhere(IgnoreRequest):
    """Not asked, because a redirect leads to a ``host`` that is not the portal's."""

    def __init__(self, message: str, host: str = "") -> None:
        super().__init__(message)
        self.host = host


def why(error: BaseException, url: str) -> tuple[str, str]:
    """The class of a failure to get ``url``, and its text in one line."""
    message = " ".join(str(error).split()) or type(error).__name__
    if isinstance(error, RobotsUnreachable):
        return error.kind, message
    if isinstance(error, LeftAlone):
        return LEFT, message
    if isinstance(error, LeadsElsewhere):
        return "offsite", message
    if isinstance(error, IgnoreRequest):
        if "DOWNLOAD_MAXSIZE" in message:  # all that Scrapy says of a body too large once decompressed
            return "over-limit", message
        return ("robots", "robots.txt forbids it") if "robots.txt" in message else ("redirects", message)
    if isinstance(error, OSError) and error.errno in (errno.ENOSPC, errno.EDQUOT, errno.EROFS, errno.EACCES):
        return DISK, f"the archive can't be written: {os.strerror(error.errno)}"
    if isinstance(error, DownloadFailedError) and url.startswith("https:") and "SSL" in message:
        flaw = flaw_of(url, message)
        if flaw is None:
            return "tls", message
        advice = f'if the portal is to be trusted so, put tls_accept = ["{flaw}"] into its definition'
        return "tls", f"its TLS is refused: {flaw}; {advice}"
    return next((name for kind, name in _BY_EXCEPTION if isinstance(error, kind)), "error"), message


def of_status(status: int, body: bytes) -> str:
    """The class of failure that an answer with this status is; of one with 200 whose body is cut off, too."""
    if status != 200 and is_challenge(status, body):
        return "challenge"
    return "cut-off" if status == 200 else f"http-{status}"


def of_record(record: Record) -> tuple[str, str]:
    """Why what was read is no document (class and text of the failure); empty where it is one."""
    for flag, (reason, message) in _BY_FLAG.items():
        if flag in record.flags:
            return reason, message
    return ("", "") if record.text or record.attachments else ("empty", "the page holds no text")
