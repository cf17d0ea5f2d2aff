"""Dates of header fields, read fast: equal to `claim` where they are read at all; what is impossible about them."""

from datetime import datetime

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scapa.text.dates import claim
from scapa.text.kernels import tokenise, utf8
from scapa.text.stamps import NO_SUCH_DAY, NO_SUCH_TIME, NO_SUCH_ZONE, NONE, WRONG_WEEKDAY, read
from scapa.text.written_times import written


def _read(value):
    blocks = utf8(pa.array([b"X: y\nDate: " + value.encode()], pa.binary()))
    stamps = read(blocks, np.array([0]), np.array([5]))
    return int(stamps.starts[0]), int(stamps.ends[0]), int(stamps.flaws[0])


@pytest.mark.parametrize(
    "value",
    ["Mon, 3 Mar 2014 10:00:00 +0100", "3 Mar 14 10:00 EST", "Mon, 03-Mar-2014 10:00:00 GMT", "3 March 2014 10:00:09",
     "Mon, 3 Mar 2014 10:00:00 +0545 (NPT)", "Tue, 29 Feb 2000 23:59:60 +0000", "Mon, 3 Mar 2014\n\t10:00:00 +0100",
     "from a by b; Mon, 3 Mar 2014 10:00:00 +0100", "Fri, 31 Dec 1999 10:00:00 CET", "17 Jun 88 20:00:00 CDT (Fri)"],
)  # fmt: skip
def test_equals_the_slow_reading(value):
    slow = claim(" ".join(value.rpartition(";")[2].split()), "x")
    assert _read(value) == (slow.start, slow.end, 0)


@settings(deadline=None, max_examples=300)
@given(
    st.datetimes(min_value=datetime.fromisoformat("1970-01-01")),
    st.sampled_from(["+0100", "GMT", "-0730", "PST", "XYZ", ""]),
)
def test_any_date_equals_the_slow_reading(moment, zone):
    value = f"{moment:%a, %d %b} {moment.year} {moment:%H:%M:%S} {zone}"
    slow = claim(value, "x")
    assert _read(value) == (slow.start, slow.end, 0)


@pytest.mark.parametrize(
    ("value", "flaw"),
    [("Mon, 30 Feb 2004 10:00:00 +0000", NO_SUCH_DAY), ("Sat, 29 Feb 1997 10:00:00 +0000", NO_SUCH_DAY),
     ("Thu, 31 Jun 1999 10:00:00 +0000", NO_SUCH_DAY), ("Thu, 19 Aug 1999 25:14:09 +0200", NO_SUCH_TIME),
     ("Thu, 19 Aug 1999 10:61:09 +0200", NO_SUCH_TIME), ("Tue, 14 May 2003 11:30:00 +0100", WRONG_WEEKDAY),
     ("Wed, 14 May 2003 11:30:00 -1900", NO_SUCH_ZONE), ("Wed, 14 May 2003 11:30:00 +0199", NO_SUCH_ZONE)],
)  # fmt: skip
def test_impossible(value, flaw):
    assert _read(value)[2] == flaw


@pytest.mark.parametrize(
    "value",
    ["", "no date", "2014-03-03", "Mon Mar  3 10:00:00 2014", "3 Mar 2014 10:00:00 -08:00", "3 Mar",
     "3 Mar 2014 10:00:3 +0000", "99999999999 Mar 2014 10:00", ";;;;", "3 Mxr 2014 10:00"],
)  # fmt: skip
def test_other_forms_are_left_to_the_slow_reading(value):
    assert _read(value) == (NONE, NONE, 0)


def test_times_that_programs_write():
    texts = ["at 2019-03-04T12:11:10Z", "2019-03-04 12:11 x", "on 2019-03-04 we", "http://x/2019/03/04/post",
             "2019/03/04", "web/20190304121100/http", "20190304121199", "1234-56-78 12:11", "2019-13-04 12:11",
             "9/2019-03-04 12:11", ""]  # fmt: skip
    encoded = utf8(texts)
    assert written(encoded, tokenise(encoded)).rows.tolist() == [0, 1, 3, 5, 9]
    days = set(written(encoded, tokenise(encoded)).days.tolist())
    assert days == {claim("2019-03-04T00:00:00+00:00", "x").start}
