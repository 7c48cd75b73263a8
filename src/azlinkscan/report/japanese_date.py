"""Dates as an office in Japan writes them: by era and fiscal year.

The first days of the eras are those of the orders that named them (令和: 平成31年政令第143号).
"""

from __future__ import annotations

from datetime import date

_ERAS = (("令和", date(2019, 5, 1)), ("平成", date(1989, 1, 8)), ("昭和", date(1926, 12, 25)))
_FISCAL_YEAR_BEGINS = 4


def era_date(day: date) -> str:
    """The date in its era; the first year is 元年.

    >>> era_date(date(2026, 4, 1)), era_date(date(2019, 5, 1)), era_date(date(2019, 4, 30))
    ('令和8年4月1日', '令和元年5月1日', '平成31年4月30日')
    """
    return f"{_year(day, day.year)}{day.month}月{day.day}日"


def fiscal_year(day: date) -> str:
    """The fiscal year, April to March, called by the era in which it begins.

    >>> fiscal_year(date(2026, 3, 31)), fiscal_year(date(2019, 4, 1)), fiscal_year(date(2020, 1, 1))
    ('令和7年度', '平成31年度', '平成31年度')
    """
    begins = date(day.year - (day.month < _FISCAL_YEAR_BEGINS), _FISCAL_YEAR_BEGINS, 1)
    return f"{_year(begins, begins.year)}度"


def _year(day: date, year: int) -> str:
    for name, first in _ERAS:
        if day >= first:
            number = year - first.year + 1
            return f"{name}{'元' if number == 1 else number}年"
    return f"{year}年"
