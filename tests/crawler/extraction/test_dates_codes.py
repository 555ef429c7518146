"""Dates as printed, and codes with check characters."""

import pytest

from crawler.extraction.codes import is_organisation_code, is_uscc, publisher_id
from crawler.extraction.dates import date_in_url, read_moment


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("2018-07-18 19:16", "2018-07-18T19:16"),
        ("2018-07-18 19:16:44", "2018-07-18T19:16"),
        ("2018年7月8日", "2018-07-08"),
        ("2018 年 7 月 8 日 9:05", "2018-07-08T09:05"),
        ("2023/6/28 15∶25", "2023-06-28T15:25"),
        ("时间：2023.06.28", "2023-06-28"),
        ("2018-07-18 00:00:00", "2018-07-18"),
        ("2018-07-18 0:0", "2018-07-18"),
        ("2018-02-30", None),
        ("1970-01-01", None),
        ("1970-01-01 2019-03-04", "2019-03-04"),
        ("12018-07-18", None),
        ("电话0871-2018-07", None),
        ("", None),
    ],
)
def test_read_moment(text, moment):
    found = read_moment(text)
    assert (str(found) if found else None) == moment


@pytest.mark.parametrize(
    ("url", "day"),
    [
        ("http://a.example/art/2018/7/18/art_1_2.html", "2018-07-18"),
        ("http://a.example/zwgk/201908/t20190822_21550.shtml", "2019-08-22"),
        ("http://a.example/zwgk/197001/t19700101_5.html", None),
        ("http://a.example/c/2018-11-30/5.shtml", "2018-11-30"),
        ("http://a.example/c16723/20220825/i19.html", "2022-08-25"),
        ("http://a.example/info/1072/13146.htm", None),
        (None, None),
    ],
)
def test_date_in_url(url, day):
    found = date_in_url(url)
    assert (found.day if found else None) == day


@pytest.mark.parametrize(
    ("index_number", "code"),
    [
        ("015119151-202106-000321", "015119151"),
        ("01526265-2-/2020-0824011", "015262652"),
        ("01527918X-2020-153077", "01527918X"),
        ("K26058142/2021-31318", "K26058142"),
        ("11332500MB1960337R/2025-41491", "11332500MB1960337R"),
        ("11532324015173465N-/2021-0817816", "11532324015173465N"),
        ("015119152-202106-000321", None),
        ("11332500MB1960337X/2025-41491", None),
        ("01441652/2018-08660", None),
        ("0151191511-201812-118756", None),
        ("000000000-1", None),
        ("jyjl/2021-00030", None),
        ("-00000915", None),
        ("", None),
    ],
)
def test_publisher_id(index_number, code):
    assert publisher_id(index_number) == code


def test_a_wrong_digit_is_noticed():
    code = "015119151"
    assert is_organisation_code(code)
    assert not any(is_organisation_code(code[:3] + digit + code[4:]) for digit in "023456789")
    assert is_uscc("11341703003249426F")
    assert not is_uscc("11341703003249462F")
