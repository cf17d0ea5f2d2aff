from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scapa.text.dates import DAY, LATEST, SECOND, ZONES, claim, epoch_claim, hull, number_claim


def at(*parts):
    return int(datetime(*parts, tzinfo=UTC).timestamp()) * SECOND


@pytest.mark.parametrize(
    ("raw", "start"),
    [
        ("Thu, 22 Aug 2002 12:36:23 +0700", at(2002, 8, 22, 5, 36, 23)),
        ("22 Aug 2002 12:36:23 -0030 (somewhere)", at(2002, 8, 22, 13, 6, 23)),
        ("Thu,22 Aug 02 12:36:23 EST", at(2002, 8, 22, 17, 36, 23)),
        ("22 Aug 99 12:36:23 UT", at(1999, 8, 22, 12, 36, 23)),
        ("22 Aug 60 12:36:23 UT", at(1960, 8, 22, 12, 36, 23)),
        ("22 Aug 49 12:36:23 UT", at(2049, 8, 22, 12, 36, 23)),
        ("22 Aug 102 12:36:23 GMT", at(2002, 8, 22, 12, 36, 23)),
        ("Sat Jan 01 01:02:03 +0000 2011", at(2011, 1, 1, 1, 2, 3)),
        ("Wed Aug 21 17:19:20 EDT 2002", at(2002, 8, 21, 21, 19, 20)),
        ("2020-01-01T00:00:00.75+02:00", at(2019, 12, 31, 22, 0, 0)),
        ("2020-01-01 00:00:00Z", at(2020, 1, 1)),
        ("20200101T000000Z", at(2020, 1, 1)),
        ("Thu, 22 Aug 2002 12:36:60 GMT", at(2002, 8, 22, 12, 36, 59)),
        ("Sat, 01 Jan 2028 00:00:00 -0000", at(2028, 1, 1)),
    ],
)
def test_an_instant_is_its_second(raw, start):
    found = claim(raw, "date_header")
    assert (found.start, found.end, found.source, found.raw) == (start, start + SECOND, "date_header", raw)


def test_an_instant_without_seconds_is_its_minute():
    found = claim("22 Aug 2002 12:36 GMT", "x")
    assert (found.start, found.end) == (at(2002, 8, 22, 12, 36), at(2002, 8, 22, 12, 37))


@pytest.mark.parametrize(
    ("raw", "first", "after"),
    [
        ("2020-02-29", at(2020, 2, 29), at(2020, 3, 1)),
        ("2020/2/29", at(2020, 2, 29), at(2020, 3, 1)),
        ("20200229", at(2020, 2, 29), at(2020, 3, 1)),
        ("2020-02-29T23:00:00", at(2020, 2, 29), at(2020, 3, 1)),
        ("Thu Aug 22 12:36:23 2002", at(2002, 8, 22), at(2002, 8, 23)),
        ("Thu, 22 Aug 2002 12:36:23 IST", at(2002, 8, 22), at(2002, 8, 23)),  # Ireland, Israel or India
        ("Thu, 22 Aug 2002 12:36:23 -1900", at(2002, 8, 22), at(2002, 8, 23)),  # no zone on Earth
        ("3 August 1999", at(1999, 8, 3), at(1999, 8, 4)),
        ("August 3, 1999", at(1999, 8, 3), at(1999, 8, 4)),
        ("2020-12", at(2020, 12, 1), at(2021, 1, 1)),
        ("2020", at(2020, 1, 1), at(2021, 1, 1)),
    ],
)
def test_without_time_or_zone_it_widens_by_the_zones_of_the_earth(raw, first, after):
    found = claim(raw, "x")
    assert (found.start, found.end) == (first - 14 * 3600 * SECOND, after + 14 * 3600 * SECOND)


@pytest.mark.parametrize(
    "raw",
    ["", " ", "soon", "2020-02-30", "31 Feb 2002 10:00:00 GMT", "22 Aug 2002 25:00:00 GMT", "0001-01-01", "1599-12-30",
     "Thu, 22 Aug 0102 12:07:35 +0800", "22 Foo 2002", "99999-01-01", "2020-13-01", "١٢ Aug 2002"],
)  # fmt: skip
def test_what_names_no_date_claims_nothing(raw):
    assert claim(raw, "x") is None


def test_the_ends_of_time_stay_within_what_arrow_and_python_can_say():
    found = claim("9999-12-31", "x")
    assert found.end == LATEST
    assert claim("1600-01-01", "x").start == -11676096000 * SECOND - ZONES
    assert epoch_claim(1e300, "x") is None
    assert epoch_claim(float("nan"), "x") is None
    assert epoch_claim(-1e11, "x") is None


def test_seconds_since_1970():
    assert epoch_claim(1577880001, "unix", "1577880001").start == at(2020, 1, 1, 12, 0, 1)
    assert epoch_claim(-0.5, "unix").start == -SECOND
    starts = {number_claim(value, "x").start for value in (1577880001, 1577880001.9, 1577880001_123, 1577880001_123456)}
    assert starts == {at(2020, 1, 1, 12, 0, 1)}


def test_hull_spans_writing_and_editing():
    first, last = epoch_claim(10, "a"), epoch_claim(99, "b")
    both = hull(first, last, "both")
    assert (both.start, both.end, both.source) == (10 * SECOND, 100 * SECOND, "both")


@settings(deadline=None)
@given(
    st.datetimes(datetime(1601, 1, 1), datetime(9998, 12, 31), timezones=st.just(UTC)),  # noqa: DTZ001
    st.integers(-14 * 60, 14 * 60),
)
def test_every_zone_names_the_same_second(moment, minutes):
    seconds = (moment - datetime(1970, 1, 1, tzinfo=UTC)) // timedelta(seconds=1) * SECOND
    sign, size = "-" if minutes < 0 else "+", abs(minutes)
    shown = moment + timedelta(minutes=minutes)
    zone = f"{sign}{size // 60:02}{size % 60:02}"
    iso = claim(f"{shown:%Y-%m-%dT%H:%M:%S}".rjust(19, "0") + zone, "x")
    mail = claim(f"{shown.day} {shown:%b} {shown.year:04} {shown:%H:%M:%S} {zone}", "x")
    assert iso.start == mail.start == seconds
    day = claim(f"{shown.year:04}-{shown:%m-%d}", "x")
    assert day.start <= iso.start
    assert iso.end <= day.end
    assert day.end - day.start == DAY + 2 * ZONES


@settings(deadline=None)
@given(st.text(max_size=60))
def test_any_text_is_a_claim_or_none(raw):
    found = claim(raw, "x")
    assert found is None or found.start < found.end <= LATEST
