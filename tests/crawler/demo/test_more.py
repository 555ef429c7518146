"""The further portals: pages say what the oracle says, lists lead to them, home pages to the lists.

The regexes here are written for the templates, as in `test_city`.
"""

import json
import re
import tomllib
from collections import Counter
from collections.abc import Callable, Iterator
from html import unescape
from itertools import combinations, count
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlencode, urljoin, urlsplit

import pytest

import crawler.demo
from crawler.demo import LAST_STEP, City, Published, Server

Fetch = Callable[..., Any]
FILES = sorted(Path(crawler.demo.__file__).parent.glob("more/*.toml"))
PORTALS = {read["key"]: read for read in (tomllib.loads(file.read_text("utf-8")) for file in FILES)}
STEPS = range(LAST_STEP + 2)
BODY = {
    "demo-zjj": r"(?:<div class=TRS_Editor>|trs_web\">)(.*?)</div>\n<div id=\"appendixlist",
    "demo-yuanpu": r"(?:id=\"UCAP-CONTENT\">(.*?)</div>|<ucapcontent>(.*?)</ucapcontent>)\n<div class=\"fj",
    "demo-daiping": r'id="zoom">(.*?)</div>\n<div class="fujian',
    "demo-jtj": r'<div class="content-txt">(.*?)</div>\n<div class="attach',
    "demo-swj": r'class="NewsContent">(.*?)</span></TD></TR>\n',
    "demo-wgl": r"<!--<\$\[信息内容\]>begin-->(.*?)<!--<\$\[信息内容\]>end-->",
}
ROW = {
    "demo-zjj": r'<li><a href="([^"]*)" title="[^"]*" target',
    "demo-yuanpu": r'<li><a href="([^"]*)" target',
    "demo-daiping": r'<li class="mc"><a href="([^"]*)"',
    "demo-jtj": r'<li>(?:<span>[^<]*</span>)?<a href="([^"]*)" title',
    "demo-swj": r'·<A href="([^"]*)"',
    "demo-wgl": r'<li class="clearfix"><a href="([^"]*)"',
}


def text(body: bytes) -> str:
    return body.decode("gb18030" if b"charset=gb2312" in body else "utf-8")


def found(pattern: str, page: str) -> str:
    match = re.search(pattern, page)
    assert match, pattern
    return unescape(match[1])


def pages(fetch: Fetch, key: str, url: str) -> Iterator[list[str]]:
    """A column's pages: the addresses of their rows, as this family's lists are turned."""

    def get(address: str, form: dict[str, str] | None = None) -> str:
        answer = fetch(urljoin(url, address), form and urlencode(form).encode())
        assert answer.status == 200, address
        return text(answer.body)

    def rows(page: str) -> list[str]:
        return [urljoin(url, unescape(href)) for href in re.findall(ROW[key], page)]

    if key == "demo-fgw":
        sid, category = found(r"SID:'(\d+)'", get(url)), urlsplit(url).fragment
        seen = 0
        for number in count(1):
            answer = json.loads(get(f"/gkmlpt/api/all/{category}?page={number}&sid={sid}"))
            seen += len(answer["articles"])
            yield [article["url"] for article in answer["articles"]]
            if seen >= answer["classify"]["post_count"]:
                return
    first = get(url)
    if key == "demo-yuanpu" and "loadChannel" in first:
        channel = found(r'name="channelid" content="(\w+)"', first)
        for number in count(1):
            data = json.loads(get(f"/common/search/{channel}?page={number}&_pageSize=15&_isJson=true"))["data"]
            yield [urljoin(url, result["url"]) for result in data["results"]]
            if number * data["rows"] >= data["total"]:
                return
    elif key == "demo-daiping":
        address = found(r"url:'([^']*)'", first)
        for number in count(1):
            page = get(address.replace("pageIndex=1&", f"pageIndex={number}&"))
            yield rows(page)
            if number >= int(found(r"pageCount:(\d+)", page)):
                return
    elif key == "demo-wgl":
        fields = json.loads(found(r'queryData="([^"]*)"', first).replace("'", '"'))
        gateway = found(r' url="([^"]*)"', first)
        for number in count(1):
            query = urlencode({**fields, "paramJson": json.dumps({"pageNo": number, "pageSize": "4"})})
            page = json.loads(get(f"{gateway}?{query}"))["data"]["html"]
            yield rows(page)
            if number * 4 >= int(found(r'count="(\d+)"', page)):
                return
    elif key == "demo-swj":
        page = first
        while True:
            yield rows(page)
            after = re.search(r"'AspNetPager1','(\d+)'\)\">下一页", page)
            if not after:
                return
            state = found(r'id="__VIEWSTATE" value="([^"]*)"', page)
            page = get(
                url, {"__EVENTTARGET": "AspNetPager1", "__EVENTARGUMENT": after[1], "__VIEWSTATE": state}
            )  # fmt: skip
    else:
        page = first
        while True:
            yield rows(page)
            here = {"demo-zjj": zjj_next, "demo-jtj": jtj_next, "demo-yuanpu": plain_next}[key](page)
            if here is None:
                return
            page = get(here)


def plain_next(page: str) -> str | None:
    after = re.search(r'<a href="([^"]*)">下一页', page)
    return after and after[1]


def jtj_next(page: str) -> str | None:
    button = re.search(r"value=\"下一页\" onclick=\"location.href=encodeURI\('([^']*)'\);\">", page)
    return button[1] if button else plain_next(page)


def zjj_next(page: str) -> str | None:
    counted = re.search(r"createPageHTML\((\d+), (\d+),|size:(\d+),current:(\d+)", page)
    if not counted:
        return plain_next(page)
    total, current = (int(figure) for figure in counted.groups() if figure)
    # The last one that createPageHTML counts is a stub.
    return f"index_{current + 1}.html" if current + 1 < total - ("createPageHTML" in page) else None


def listed(fetch: Fetch, key: str, url: str) -> list[str]:
    return [row for page in pages(fetch, key, url) for row in page]


def documents(step: int = 0) -> list[Published]:
    return [entry for entry in City(step, more=True).documents() if entry.portal in PORTALS]


def is_file(entry: Published) -> bool:
    return entry.urls[0].endswith(".pdf")


def shown(page: str, key: str) -> str:
    """The letter on a page, without markup."""
    if key == "demo-fgw":
        body = json.loads(found(r"DETAIL: (\{.*?\})\};</script>", page))["content"]
    else:
        match = re.search(f"(?s){BODY[key]}", page)
        assert match
        body = next(group for group in match.groups() if group is not None)
    html = re.sub(r"(?s)<style.*?</style>|<p><a .*?</p>", "", body)
    return re.sub(r"\s", "", unescape(re.sub(r"<[^>]*>", "", html)))


def plain(entry: Published) -> str:
    return re.sub(r"[\s|]", "", entry.fields["text"])


def test_the_first_six_are_what_a_city_tells_of_and_all_are_served() -> None:
    assert {entry.portal for entry in City().documents()}.isdisjoint(PORTALS)
    assert len(City().sites) == 13
    assert {site.key for site in City().sites.values()} >= PORTALS.keys()
    assert len(documents()) == 64


@pytest.mark.parametrize("step", STEPS)
def test_the_lists_lead_to_every_document_and_to_nothing_else(server: Server, fetch: Fetch, step: int) -> None:
    server.city = City(step)
    for key, portal in PORTALS.items():
        rows = {row for column in portal["columns"] for row in listed(fetch, key, column["url"])}
        assert rows == {url for entry in documents(step) if entry.portal == key for url in entry.urls}
        assert {fetch(row).status for row in rows} == {200}


@pytest.mark.parametrize("key", PORTALS)
def test_every_portal_has_a_column_of_several_pages(fetch: Fetch, key: str) -> None:
    assert max(len(list(pages(fetch, key, column["url"]))) for column in PORTALS[key]["columns"]) >= 2


@pytest.mark.parametrize("key", PORTALS)
def test_the_home_page_links_the_columns_by_name_among_others(server: Server, fetch: Fetch, key: str) -> None:
    home = f"http://{PORTALS[key]['hosts'][0]}/"
    pattern = r"(?i)<a href=\"([^\"]*)\"[^>]*>([^<]+)</a>"
    links = {(urljoin(home, unescape(href)), name) for href, name in re.findall(pattern, text(fetch(home).body))}
    columns = {(column["url"], column["name"]) for column in PORTALS[key]["columns"]}
    normal = {(url.removesuffix("index.jhtml").removesuffix("index.html"), name) for url, name in links}
    assert {(url.removesuffix("index.jhtml").removesuffix("index.html"), name) for url, name in columns} <= normal
    assert len(links) >= len(columns) + 5
    site = server.city.sites[PORTALS[key]["hosts"][0]]
    for name in site.others.values():
        url = next(url for url, text in links if text in (name, "新闻中心"))
        assert fetch(url).status == 200


@pytest.mark.parametrize("step", STEPS)
def test_pages_say_what_the_oracle_says(server: Server, fetch: Fetch, step: int) -> None:
    server.city = City(step)
    for entry in documents(step):
        for url in entry.urls:
            if is_file(entry):
                assert fetch(url).headers["Content-Type"] == "application/pdf"
                continue
            page = text(fetch(url).body)
            assert unescape(page).count(entry.title) >= 2, url
            assert shown(page, entry.portal) == plain(entry), url
            for name in ("index_number", "publisher", "issued_on", "topic", "source"):
                assert entry.fields.get(name, "") in page


def test_news_stand_beside_and_are_no_documents(fetch: Fetch) -> None:
    told = {url for entry in documents() for url in entry.urls}
    for site in City().sites.values():
        for document in site.documents(0):
            if site.aside(document):
                url = f"http://{site.host}{site.paths(document)[0]}"
                assert url not in told
                assert fetch(url).status == 200
                if site.key not in ("demo-fgw", "demo-zjj"):
                    assert document.headline in text(fetch(url).body)


def test_attachments_are_linked_and_there(fetch: Fetch) -> None:
    extensions = Counter[str]()
    for entry in documents(LAST_STEP):
        for attachment in entry.fields.get("attachments", ()):
            page = text(fetch(entry.urls[0]).body)
            if entry.portal == "demo-fgw":
                page = json.loads(found(r"DETAIL: (\{.*?\})\};</script>", page))["content"]
            link = found(rf"(?i)<a [^>]*?href=\"([^\"]*)\"[^>]*>{re.escape(attachment['name'])}</a>", page)
            assert urljoin(entry.urls[0], link) == attachment["url"]
            assert fetch(attachment["url"]).status == 200
            extensions[attachment["name"].rpartition(".")[2]] += 1
    assert set(extensions) == {"pdf", "docx", "xls"}


def test_steps_change_every_portal_and_then_nothing() -> None:
    changes = [City(0, more=True).changes(step) for step in STEPS[1:]]
    for change, step in zip(changes, STEPS[1:], strict=True):
        for entry in change.new:
            assert entry.fields["published_at"][:10] == str(City(step).today)
    assert {entry.portal for change in changes for entry in change.new} >= PORTALS.keys()
    own = [tuple(sum(e.portal in PORTALS for e in entries) for entries in change) for change in changes]
    assert own == [(2, 2, 1), (3, 1, 1), (2, 1, 1), (0, 0, 0)]


def test_only_the_intended_letters_are_alike() -> None:
    letters = {entry.text_id: entry.fields["text"] for entry in City(LAST_STEP, more=True).documents()}
    grams = {name: {letter[at : at + 3] for at in range(len(letter))} for name, letter in letters.items()}
    alike = {pair: len(grams[pair[0]] & grams[pair[1]]) for pair in combinations(sorted(grams), 2)}
    close = [(a, b) for (a, b), shared in alike.items() if shared / len(grams[a] | grams[b]) > 0.3]
    assert close == [("mzj-18", "mzj-19")]


def test_no_two_documents_share_a_number_or_an_answer() -> None:
    entries = City(LAST_STEP, more=True).documents()
    own = [entry for entry in entries if entry.portal in PORTALS]
    for name in ("index_number", "document_number"):
        values = Counter(entry.fields.get(name) for entry in own)
        assert {value for value, times in values.items() if times > 1} <= {None}
    answered = Counter(
        tuple(proposal.get(part) for part in ("body", "level", "term", "session", "number"))
        for entry in own
        for proposal in entry.fields.get("proposals", ())
        if proposal["level"] == "city"
    )
    twice = {key[-1] for key, times in answered.items() if times > 1}
    assert twice == {"3240", "240"}  # the lead department's reply and another's opinion


def test_a_deep_page_of_trs_is_a_stub(fetch: Fetch) -> None:
    url = PORTALS["demo-zjj"]["columns"][0]["url"]
    total = int(found(r"createPageHTML\((\d+), 0,", text(fetch(url).body)))
    stub = fetch(f"{url}index_{total - 1}.html")
    assert stub.status == 200
    assert 200 < len(stub.body) < 500
    assert fetch(f"{url}index_{total}.html").status == 404


def test_a_script_writes_the_attachments_of_an_old_trs_page(fetch: Fetch) -> None:
    entry = next(entry for entry in documents() if entry.id == "zjj-8")
    assert "document.write('<li><a href=" in text(fetch(entry.urls[0]).body)


def test_gkmlpt_asks_for_its_number_and_posts_one_article_twice(fetch: Fetch) -> None:
    api = "http://fgw.jichuan.example/gkmlpt/api/all"
    assert fetch(f"{api}/485?page=1").status == 404
    answer = json.loads(fetch(f"{api}/485?page=1&sid=990034").body)
    assert b"\\u4eba" in fetch(f"{api}/485?page=1&sid=990034").body
    articles = answer["articles"] + json.loads(fetch(f"{api}/485?page=2&sid=990034").body)["articles"]
    urls = Counter(article["url"] for article in articles)
    assert sorted(urls.values()) == [1, 1, 1, 1, 1, 2]
    assert len({article["id"] for article in articles}) == 7 == answer["classify"]["post_count"]
    assert json.loads(fetch(f"{api}/485?page=9&sid=990034").body)["articles"] == []
    assert json.loads(fetch(f"{api}/0?page=x&sid=990034").body)["classify"]["post_count"] == 9


def test_ucap_cuts_a_page_to_its_own_size(fetch: Fetch) -> None:
    page = text(fetch("http://www.yuanpu.example/yuanpu/c101327/list.shtml").body)
    assert not re.search(ROW["demo-yuanpu"], page)
    channel = found(r'name="channelid" content="(\w+)"', page)
    search = f"http://www.yuanpu.example/common/search/{channel}"
    data = json.loads(fetch(f"{search}?_pageSize=500&_isJson=true").body)["data"]
    assert (data["rows"], data["total"], len(data["results"])) == (4, 6, 4)
    assert fetch(f"{search}?page=1").status == 404
    assert json.loads(fetch(f"{search}?page=7&_isJson=true").body)["data"]["results"] == []


def test_a_forms_page_turns_only_with_its_state(fetch: Fetch) -> None:
    url = "http://swj.jichuan.example/News_list.aspx?cid=21"
    answer = fetch(url, urlencode({"__EVENTTARGET": "AspNetPager1", "__EVENTARGUMENT": "2"}).encode())
    assert answer.status == 500
    column = list(pages(fetch, "demo-swj", url))
    assert column[0][0] == column[1][0] == "http://swj.jichuan.example/News_show.aspx?id=1843"  # sticky
    assert fetch("http://swj.jichuan.example/News_list.aspx?cid=99").status == 404


def test_the_gateway_takes_its_page_from_paramjson_only(fetch: Fetch) -> None:
    page = text(fetch("http://wgl.jichuan.example/col/col163410/index.html").body)
    assert not re.search(ROW["demo-wgl"], page)
    fields = json.loads(found(r'queryData="([^"]*)"', page).replace("'", '"'))
    gateway = "http://wgl.jichuan.example" + found(r' url="([^"]*)"', page)
    first = fetch(f"{gateway}?{urlencode(fields)}").body
    assert fetch(f"{gateway}?{urlencode({**fields, 'pageNo': 2})}").body == first
    for odd in ("[2]", "2", "{", '{"pageNo":"x","pageSize":0}'):
        assert json.loads(fetch(f"{gateway}?{urlencode({**fields, 'paramJson': odd})}").body)["success"]
    assert not json.loads(fetch(f"{gateway}?{urlencode({**fields, 'pageId': 'x'})}").body)["success"]


def test_rows_of_anhui_beyond_the_last_page_are_none(fetch: Fetch) -> None:
    page = text(fetch(PORTALS["demo-daiping"]["columns"][1]["url"]).body)
    assert not re.search(ROW["demo-daiping"], page)
    address = urljoin("http://www.daiping.example/", found(r"url:'([^']*)'", page))
    assert parse_qs(urlsplit(address).query)["labelName"] == ["publicInfoList"]
    beyond = fetch(address.replace("pageIndex=1", "pageIndex=9"))
    assert (beyond.status, re.findall(ROW["demo-daiping"], text(beyond.body))) == (200, [])
    assert fetch(address.replace("catId=", "catId=9")).status == 404


def test_ways_of_serving(fetch: Fetch) -> None:
    zjj, yuanpu = (next(e.urls[0] for e in documents() if e.portal == key) for key in ("demo-zjj", "demo-yuanpu"))
    assert fetch(zjj, If_None_Match=fetch(zjj).headers["ETag"]).status == 304
    assert fetch(yuanpu, Accept_Encoding="gzip").headers["Content-Encoding"] == "gzip"
    swj = fetch(next(e.urls[0] for e in documents() if e.portal == "demo-swj"))
    assert (swj.headers["Content-Type"], swj.headers["ETag"]) == ("text/html; charset=gb2312", None)
    with pytest.raises(UnicodeDecodeError):
        fetch("http://swj.jichuan.example/News_show.aspx?id=1842").body.decode("gb2312")
    assert "<title>霁川市住房和城乡建设局</title>" in text(fetch(zjj).body)


def test_robots(fetch: Fetch) -> None:
    answers = {key: fetch(f"http://{portal['hosts'][0]}/robots.txt") for key, portal in PORTALS.items()}
    assert {key: answer.status for key, answer in answers.items() if answer.status != 200} == {
        "demo-fgw": 403,
        "demo-jtj": 404,
    }
    assert answers["demo-daiping"].body.startswith(b"\xef\xbb\xbfUser-agent: *\r\n")
    assert b"Disallow: /api-gateway/jpaas-jsearch-web-server/" in answers["demo-wgl"].body
