"""A small fictional city of portals, served on loopback: for `make demo` and for tests.

Six portals of the city of 霁川 in the province of 青澜, with some eighty documents, show what real ones have.
What is published is data (`letters/*.toml`), and so are the portals' definitions (`portals/*.toml`).

========================  ========================  ========================  ======================
mzj.jichuan.example       rsj.jichuan.example       www.qiwu.example          www.jichuan.example
博达 VSB (vsb)            大汉 Hanweb (hanweb)      Kunming's family          home-grown (homegrown)
two columns; 共N条 pager   two columns; dataproxy    index_2.shtml             ?page=2
with numbers in reverse
robots.txt forbids        robots.txt answers 404    robots.txt is empty       robots.txt allows all
/private/, yet it is
linked and has a row
ETag, Last-Modified, 304  the same, but rebuilt     no validators             no validators
                          (Maketime) every day
                          gzip when asked for                                 chunked transfer
UTF-8                     UTF-8                     GB 18030, no charset in   UTF-8
                                                    the header, meta gb2312
counter by script         counter by script         counter and today's date  the same, and 上一篇,
上一条, 下一条              related list              in the text; rows without newest documents
                                                    a year
========================  ========================  ========================  ======================

==============================================  ======================================================
wjw.jichuan.example                             www.zhuting.example
Hunan's family (hunan)                          雅安's family (yaan)
/c2041/pages/2.html                             ?page_num=2
robots.txt allows all                           robots.txt answers 200 with an error page
ETag, Last-Modified, 304                        no validators
no labelled block: a line of facts; moved in    label and value in blocks that follow each other;
bulk, so one date of publication for many       breadcrumbs as a list; a static counter; addresses
                                                are GUIDs, of older pages without hyphens
==============================================  ======================================================

- Word paste with `<style>`, `<o:p>`, split figures, blank paragraphs: mzj-1, mzj-8, mzj-16, rsj-6, qiwu-5, wjw-1,
  wjw-4, wjw-8. Line breaks: mzj-3, most of qiwu, city-7, wjw-5, zhuting-4. Nested sections: mzj-5, mzj-14, rsj-11,
  qiwu-11, city-4, zhuting-3.
- Names that only GB 18030 can write: qiwu-1, qiwu-2, qiwu-3; the header of qiwu-3 lies (utf-8).
- One letter on two portals, under another headline: mzj-4 and city-1, rsj-3 and city-2, mzj-15 and city-17.
- One page under two addresses, in two columns: mzj-7, rsj-4, rsj-11.
- One index number for two documents: mzj-10 and mzj-11; none at all: rsj-7, all of wjw and zhuting.
- The lead department's reply and another's opinion on the same proposal: wjw-2 and mzj-6.
- Damaged: a 文号 that has lost its brackets and a sign-off date run together in wjw-1 (the 印发 line has it whole) and
  wjw-4 (the text has another date).
- Nearly the same words, yet two replies: mzj-18 and mzj-19.
- Attachments: mzj-11, mzj-13, rsj-4, qiwu-8, city-6, wjw-6, zhuting-1; one that is gone: rsj-12.
- No replies: opinions mzj-6, rsj-8, wjw-1; policies mzj-13, qiwu-10, city-11, wjw-7, zhuting-1; summaries mzj-12,
  rsj-13, city-10; news mzj-14, qiwu-11, zhuting-6; a proposal as filed rsj-14. An excerpt: city-8. A table in the
  letter: city-9, mzj-12; a long one with merged cells after it: zhuting-1.
- Rows: sticky on every page mzj-13, city-11; cut short with "…" mzj-9 and some of rsj; off-site in mzj's first column;
  straight to a PDF rsj-17; by an old address that answers 301 city-1.
- Letters: signed by two units rsj-9, qiwu-2, zhuting-4; undated rsj-5; dates in Chinese figures mzj-2, with ○ mzj-3,
  rsj-9, qiwu-7, with hyphens mzj-9, city-7, zhuting-7; 【】 and [] around the year qiwu-6, city-3, zhuting-7.

The city's clock is a step, one a day. Step 1 brings mzj-15, rsj-15, qiwu-12, city-14, wjw-8, changes mzj-2 silently and
takes city-18 away; step 2 brings mzj-16, qiwu-15, zhuting-8, changes rsj-10 and wjw-3, takes mzj-17 away; step 3 brings
rsj-16, city-16, city-17, changes qiwu-13 and zhuting-2, takes qiwu-14 away. After that only the clock moves.

`Server(city, https=True)` serves the same pages by HTTPS, too, and can give a host a flaw in it (`Server.flaw`).
"""

from crawler.demo.city import LAST_STEP, Changes, City, Published
from crawler.demo.server import Server

__all__ = ["LAST_STEP", "Changes", "City", "Published", "Server"]
