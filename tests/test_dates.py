from __future__ import annotations

import pytest

from rag.dates import date_in_name, dates, in_words


@pytest.mark.parametrize(
    ("printed", "first", "last"),
    [
        ("18 to 29 July 2022", "2022-07-18", "2022-07-29"),
        ("3 June 2014 – 25 June 2014", "2014-06-03", "2014-06-25"),
        ("29 November to 10 December 2021", "2021-11-29", "2021-12-10"),
        ("29 November to 10 January 2022", "2021-11-29", "2022-01-10"),
        ("24 and 25 July 2018", "2018-07-24", "2018-07-25"),
        ("11–20 May 2016", "2016-05-11", "2016-05-20"),
        ("28 January–5 February 2014", "2014-01-28", "2014-02-05"),
        ("18 Feb 2014 – 12 March 2014", "2014-02-18", "2014-03-12"),
        ("02 March 2020 to 13 March 2020", "2020-03-02", "2020-03-13"),
        ("Tuesday 1, 2 and 3 May 2018", "2018-05-01", "2018-05-03"),
        ("Monday 2nd December 2024", "2024-12-02", "2024-12-02"),
        ("December 2, 2024", "2024-12-02", "2024-12-02"),
        ("October 2020", "2020-10", "2020-10"),
        ("1 July\r\n2019", "2019-07-01", "2019-07-01"),
        ("27 February–10 March 2023", "2023-02-27", "2023-03-10"),
        ("20 June 2017 ─ 13 July 2017", "2017-06-20", "2017-07-13"),
        ("21 May 2018to 1 June2018", "2018-05-21", "2018-06-01"),
        ("16 to 20 January and 6 to 10 February 2023", "2023-01-16", "2023-02-10"),
        ("4 to 8 and 18 to 22 November 2019", "2019-11-04", "2019-11-22"),
        ("13 May to 17 May, and Monday 3 June to Friday 7 June 2019", "2019-05-13", "2019-06-07"),
        ("13/05/2019", "2019-05-13", "2019-05-13"),
        ("3.6.2019", "2019-06-03", "2019-06-03"),
        ("13/05/2019 to 17/05/2019", "2019-05-13", "2019-05-17"),
        ("29-11-2021 – 10-12-2021", "2021-11-29", "2021-12-10"),
        ("9–13 December & 6–10 January 2020", "2019-12-09", "2020-01-10"),
    ],
)
def test_printed_dates(printed: str, first: str, last: str):
    (found,) = dates(f"It was on {printed}, they say.")
    assert (found.first, found.last) == (first, last)
    assert f"It was on {printed}, they say."[found.start : found.end] == printed


@pytest.mark.parametrize(
    "printed",
    [
        *["31 February 2020", "10 to 3 May 2020", "May", "section 20", "2019", "14.5 May 2020", ""],
        *["05/13/2019", "31/02/2020", "13/05/2019/4", "1/13/05/2019", "13/05.2019", "2018/19", "13/05/19"],
    ],
)
def test_what_is_no_date(printed: str):
    assert not [d for d in dates(printed) if d.whole]


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("a/b - 21 september 2022.pdf", "2022-09-21"),
        ("letter-2018-08-16.txt", "2018-08-16"),
        ("news-2020-10.txt", None),
        ("80525_place.pdf", None),
        ("2018-13-45.pdf", None),
    ],
)
def test_dates_in_file_names(name: str, expected: str | None):
    assert date_in_name(name) == expected


@pytest.mark.parametrize(
    ("date", "words"),
    [("2014-06-03", "3 June 2014"), ("2020-10", "October 2020"), ("2019", "2019"), ("2019-13", "2019-13"),
     ("soon", "soon"), ("", ""), (None, "")],
)  # fmt: skip
def test_dates_in_words(date, words):
    assert in_words(date) == words
