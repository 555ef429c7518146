"""A small fictional city of portals, served on loopback: for `make demo` and for tests."""

from crawler.demo.city import LAST_STEP, Changes, City, Published
from crawler.demo.server import Server

__all__ = ["LAST_STEP", "Changes", "City", "Published", "Server"]
