"""Whatever happens to a crawl, nothing that was fetched is lost, and nothing is fetched that may not be."""

from crawler.demo import Server
from crawler.demo.site import Page
from tests.e2e.bench import HOST, Home, Shelf

URL = f"http://{HOST}"
Bench = tuple[Shelf, Server, Home]


def test_requests_that_wait_for_robots_txt_together_all_obey_it(shelf: Bench) -> None:
    """A run that goes on after a kill asks many pages at once, before any rules are known."""
    pages, server, home = shelf
    pages.robots = pages.pages["/robots.txt"] = Page("User-agent: *\nDisallow: /letter/\n", "text/plain")
    pages.put_letters(*range(1, 9))
    home.dafu("recrawl", *(f"{URL}/letter/{number}.html" for number in range(1, 9)))
    assert f"{URL}/robots.txt" in {line.url for line in server.log}
    assert not [line.url for line in server.log if "/letter/" in line.url]
    (run,) = home.runs()
    assert {failure.reason for failure in home.failures(run)} == {"robots"}
