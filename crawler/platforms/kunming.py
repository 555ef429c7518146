"""The family of Kunming and its counties: details at ``/c/YYYY-MM-DD/{id}.shtml``, often in GBK. Vendor unknown.

Recognised by that URL shape, of the page itself or of several links in it: a date with hyphens as a folder under
``/c/``. The shape is the only mark known (from pages of several hosts of the family and from a crawler's notes), so
it counts only where nothing of another family stands in the page. Lists are words (``/zfxxgk/zcwj/``). How
they are paged has not been verified anywhere; so rows and pager are read as on an unknown portal, and any form of
下一页, numbers or script is taken.
"""

import re
from typing import ClassVar

from crawler.page import Page
from crawler.platforms.base import ListPage, Platform
from crawler.platforms.generic import HEADLINES, NOISE, by_class, by_id, has_shape
from crawler.platforms.pagers import list_of

_URL = re.compile(r"/c/(?:19|20)\d\d-\d\d-\d\d/\d{1,12}\.shtml")


class Kunming(Platform):
    """Kunming's family."""

    key: ClassVar[str] = "kunming"
    name: ClassVar[str] = "Kunming /c/YYYY-MM-DD/"
    containers: ClassVar[tuple[str, ...]] = (by_class("conTxt"), by_id("conTxt"), by_class("content"))
    headlines: ClassVar[tuple[str, ...]] = HEADLINES
    noise: ClassVar[tuple[str, ...]] = NOISE

    def recognise(self, page: Page) -> bool:
        """The page's own URL, or three links, have the shape; no other family's marks."""
        return has_shape(page, _URL)

    def list_in(self, page: Page) -> ListPage:
        """Rows and pager as on an unknown portal. A row without a date keeps none: the URL's is the reader's last
        resort, not the list's statement."""
        return list_of(page)
