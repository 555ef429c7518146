"""What a failure is called decides whether a page is asked again; so each kind has its own name."""

import errno

import pytest
from scrapy.exceptions import (
    CannotResolveHostError,
    DownloadCancelledError,
    DownloadConnectionRefusedError,
    DownloadFailedError,
    DownloadTimeoutError,
    IgnoreRequest,
)

from crawler.failures import THE_PAGES_OWN, THE_PORTALS_OWN, LeadsElsewhere, LeftAlone, RobotsUnreachable, why

URL = "https://www.yunbei.example/"


@pytest.mark.parametrize(
    ("error", "reason"),
    [
        (CannotResolveHostError("no such host"), "dns"),
        (DownloadTimeoutError("took longer than 60.0 seconds"), "timeout"),
        (DownloadConnectionRefusedError("refused"), "refused"),
        (DownloadCancelledError("larger than the limit"), "over-limit"),
        (DownloadFailedError("[('SSL routines', '', 'certificate verify failed')]"), "tls"),
        (DownloadFailedError("Connection was closed cleanly."), "connection"),
        (IgnoreRequest("Forbidden by robots.txt"), "robots"),
        (RobotsUnreachable("robots.txt can't be had"), "robots-unreachable"),
        (RobotsUnreachable("robots.txt can't be had", "timeout"), "timeout"),
        (RobotsUnreachable("robots.txt can't be had", "http-502"), "http-502"),
        (RobotsUnreachable("robots.txt can't be had", "redirects"), "robots-unreachable"),
        (LeftAlone("the host is left alone"), "left"),
        (LeadsElsewhere("it leads to http://robots.txt.example/"), "offsite"),
        (IgnoreRequest("max redirections reached"), "redirects"),
        (
            IgnoreRequest(
                "Ignored response <200 http://a.example/> because its body (1 B compressed, 9 B decompressed so "
                "far) exceeded DOWNLOAD_MAXSIZE (8 B) during decompression."
            ),
            "over-limit",
        ),
        (OSError(errno.ENOSPC, "No space left on device"), "disk"),
        (ValueError("a bug of ours"), "error"),
    ],
)
def test_each_failure_has_its_name(error: Exception, reason: str) -> None:
    assert why(error, URL)[0] == reason


def test_only_answers_end_the_asking() -> None:
    """What may be better tomorrow is neither an answer nor, where the host is at fault, the page's own failure."""
    assert not THE_PORTALS_OWN & THE_PAGES_OWN
    assert not {"timeout", "dns", "refused", "tls", "http-503", "robots-unreachable"} & (
        THE_PORTALS_OWN | THE_PAGES_OWN
    )


def test_a_message_is_one_line() -> None:
    assert why(ValueError("one\n  two"), URL)[1] == "one two"
    assert why(ValueError(), URL)[1] == "ValueError"
