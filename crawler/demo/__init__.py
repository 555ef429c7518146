"""A small fictional city of portals, served on loopback: for `make demo` and for tests.

Thirteen portals of the city of 霁川 in the province of 青澜, with some 150 documents, show what real ones have.
What is published is data (`letters/*.toml`), and so are the portals' definitions: `portals/*.toml` of the six that
`dafu demo` crawls, `more/*.toml` of the other seven, which are served, too.

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

========================  ========================  ========================  ======================
zjj.jichuan.example       fgw.jichuan.example       www.yuanpu.example        www.daiping.example
拓尔思 TRS (trs)          gkmlpt (gkmlpt)           开普 Ucap (ucap)          Anhui's family (anhui)
createPageHTML, its last  /gkmlpt/index, one page   /common/search/{channel}  /site/label/8888 gives
page a stub; Pager({…});  for all columns; lists    as JSON, cut to 4 rows;   rows as HTML; a column's
list-2.shtml with a       as JSON, one article      last year's list_2.shtml  page has the first of
hidden second tab         under two numbers                                   them, or none
2023's column is frozen   2023's column is frozen   2023's column is frozen
robots.txt forbids        robots.txt answers 403    robots.txt forbids        robots.txt has a BOM
/was5/, /igs/                                       /common/login             and CRLF
ETag, Last-Modified, 304  no validators             the same, and gzip        chunked transfer
links relative; <title>   body as a string of       headline broken by <br>;  block of labels twice,
is the template's; 文号   JSON in a script, an      来源 is empty; body in    labels split by spans;
无; attachments listed    empty .article-content;   <ucapcontent> before      号 of the 文号 by
by a script before 2024   pages of news ordinary    2024                      script
========================  ========================  ========================  ======================

========================  ========================  ====================================================
jtj.jichuan.example       swj.jichuan.example       wgl.jichuan.example
JEECMS (jeecms)           ASP.NET Web Forms         大汉 Hanweb's jpaas (hanweb)
                          (aspnet)
index_2.jhtml; one pager  __doPostBack with         queryData for a gateway, which takes the page from
of buttons, its rows      __VIEWSTATE, 500 without  paramJson only; a column's page has the first rows,
without dates                                       or none
robots.txt answers 404    robots.txt forbids        robots.txt forbids /jsearchfront/ and the search's
                          /admin/, all to one bot   gateway
no validators             no validators             gzip when asked for
metas in small letters;   GBK, header and meta      metas in single quotes; 文号 of 2023 not filled in;
static counter; 上一篇,   gb2312; no metas on       fields between comments
下一篇                    pages; tags in capitals;
                          titles cut without title=
========================  ========================  ====================================================

The home pages of these seven link their columns by name among news, notices, leaders and others.

- Word paste with `<style>`, `<o:p>`, split figures, blank paragraphs: mzj-1, mzj-8, mzj-16, rsj-6, qiwu-5, wjw-1,
  wjw-4, wjw-8, zjj-2, fgw-3, daiping-2, wgl-3. Line breaks: mzj-3, most of qiwu, city-7, wjw-5, zhuting-4, zjj-7,
  jtj-2, all of swj. Nested sections: mzj-5, mzj-14, rsj-11, qiwu-11, city-4, zhuting-3, yuanpu-2.
- Names that only GB 18030 can write: qiwu-1, qiwu-2, qiwu-3; the header of qiwu-3 lies (utf-8).
- One letter on two portals, under another headline: mzj-4 and city-1, rsj-3 and city-2, mzj-15 and city-17.
- One page under two addresses, in two columns: mzj-7, rsj-4, rsj-11, zjj-1, zjj-4, yuanpu-3, jtj-3, swj-1; in two
  columns under one address: daiping-4, wgl-2.
- One index number for two documents: mzj-10 and mzj-11; none at all: rsj-7, all of wjw, zhuting and swj.
- The lead department's reply and another's opinion on the same proposal: wjw-2 and mzj-6, swj-1 and zjj-5, swj-8 and
  fgw-6.
- Damaged: a 文号 that has lost its brackets and a sign-off date run together in wjw-1 (the 印发 line has it whole) and
  wjw-4 (the text has another date).
- Nearly the same words, yet two replies: mzj-18 and mzj-19.
- Attachments: mzj-11, mzj-13, rsj-4, qiwu-8, city-6, wjw-6, zhuting-1, zjj-4, zjj-8, fgw-5, yuanpu-5, daiping-3,
  jtj-3, swj-4, wgl-3; one that is gone: rsj-12.
- No replies: opinions mzj-6, rsj-8, wjw-1, zjj-5, fgw-6, jtj-10; policies mzj-13, qiwu-10, city-11, wjw-7, zhuting-1,
  zjj-6, daiping-6, swj-3; summaries mzj-12, rsj-13, city-10, yuanpu-6, jtj-4; news mzj-14, qiwu-11, zhuting-6, wgl-7;
  a proposal as filed rsj-14. An excerpt: city-8. A table in the letter: city-9, mzj-12; a long one with merged cells
  after it: zhuting-1.
- Rows: sticky on every page mzj-13, city-11, zjj-6, jtj-4, swj-3; cut short with "…" mzj-9, some of rsj, zjj, wgl,
  most of swj; off-site in mzj's first column; straight to a PDF rsj-17, zjj-3, daiping-5, wgl-4; by an old address
  that answers 301 city-1.
- Letters: signed by two units rsj-9, qiwu-2, zhuting-4; undated rsj-5; dates in Chinese figures mzj-2, zjj-9, fgw-4,
  daiping-4, swj-5, with ○ mzj-3, rsj-9, qiwu-7, jtj-6, with hyphens mzj-9, city-7, zhuting-7, wgl-5; 【】 and []
  around the year qiwu-6, city-3, zhuting-7.

The city's clock is a step, one a day. Step 1 brings mzj-15, rsj-15, qiwu-12, city-14, wjw-8, changes mzj-2 silently
and takes city-18 away; step 2 brings mzj-16, qiwu-15, zhuting-8, changes rsj-10 and wjw-3, takes mzj-17 away; step 3
brings rsj-16, city-16, city-17, changes qiwu-13 and zhuting-2, takes qiwu-14 away. Of the other seven, step 1 brings
zjj-10, daiping-8, changes fgw-3, swj-2, takes jtj-5 away; step 2 brings fgw-8, jtj-8, wgl-8, changes zjj-2, takes
yuanpu-4 away; step 3 brings yuanpu-8, swj-8, changes daiping-1, takes wgl-6 away. After that only the clock moves.

`Server(city, https=True)` serves the same pages by HTTPS, too, and can give a host a flaw in it (`Server.flaw`).
"""

from crawler.demo.city import LAST_STEP, Changes, City, Published
from crawler.demo.server import Server

__all__ = ["LAST_STEP", "Changes", "City", "Published", "Server"]
