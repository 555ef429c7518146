"""Reading pages: bytes and a URL in, a record out. No Scrapy, no database, no clock."""

from crawler.extraction.reader import extract, reader_id
from crawler.extraction.record import Record

__all__ = ["Record", "extract", "reader_id"]
