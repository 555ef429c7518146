"""How a portal is asked, whichever spider asks: what its definition says, as Scrapy settings."""

from urllib.parse import urldefrag, urlsplit
from urllib.request import getproxies, proxy_bypass

from scrapy.crawler import Crawler

from crawler.portals import Portal
from storage.console import masked
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


def way(portal: Portal) -> str:
    """How ``portal`` is reached, in words: directly or by which proxy, and with which flaws of its TLS accepted."""
    address = urlsplit(portal.columns[0].url)
    usual = None if proxy_bypass(address.hostname or "") else getproxies().get(address.scheme)
    proxy = portal.proxy or usual
    flaws = f", TLS accepted though {', '.join(portal.tls_accept)}" if portal.tls_accept else ""
    return (f"by proxy {masked(proxy)}" if proxy else "direct") + flaws


def answered_as(url: str, asked: str) -> str:
    """The URL to read a list's answer by: ``asked`` where the answer's ``url`` is the same but for its fragment, of
    which a script may make the list; it never reaches the server, and Scrapy's answer has none."""
    return asked if url == urldefrag(asked)[0] else url
