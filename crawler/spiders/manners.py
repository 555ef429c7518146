"""How a portal is asked, whichever spider asks: what its definition says, as Scrapy settings."""

from scrapy.crawler import Crawler

from crawler.portals import Portal
from storage.settings import Settings


def mind(crawler: Crawler, portal: Portal, settings: Settings) -> None:
    """Set what the definition of ``portal`` and the operator's ``settings`` say; ``-s NAME=VALUE`` still wins."""
    agent = f"dafu/0.1 (archiver of government replies; {settings.contact or 'contact not set'})"
    for name, value in {
        "DOWNLOAD_DELAY": portal.politeness.delay,
        "CONCURRENT_REQUESTS_PER_DOMAIN": portal.politeness.concurrency,
        "DOWNLOAD_TIMEOUT": portal.politeness.timeout,
        "DOWNLOAD_MAXSIZE": settings.max_body,
        "HTTPERROR_ALLOW_ALL": True,
        "USER_AGENT": agent,
        "TLS_ACCEPT": list(portal.tls_accept),
        "CLOSESPIDER_TIMEOUT": settings.run_minutes * 60,
    }.items():
        crawler.settings.set(name, value, priority="spider")
