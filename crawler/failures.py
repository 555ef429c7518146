"""What kept a response from coming: a small taxonomy, and one line that says it."""

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

from crawler.tls import flaw_of

DISK = "disk"
"""The class of failures that end the whole run: what is fetched can't be kept."""

_BY_EXCEPTION: tuple[tuple[type[BaseException], str], ...] = (
    (CannotResolveHostError, "dns"),
    (DownloadTimeoutError, "timeout"),
    (DownloadConnectionRefusedError, "refused"),
    (DownloadCancelledError, "over-limit"),
    (DownloadFailedError, "connection"),
)


class RobotsUnreachable(IgnoreRequest):
    """Not asked, because nobody knows whether it may be."""


class LeadsElsewhere(IgnoreRequest):
    """Not asked, because a redirect leads to a host that is not the portal's."""


def why(error: BaseException, url: str) -> tuple[str, str]:
    """The class of a failure to get ``url``, and its text in one line."""
    message = " ".join(str(error).split()) or type(error).__name__
    if isinstance(error, RobotsUnreachable):
        return "robots-unreachable", message
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
