"""Postcodes over real HTTP: a file that is put, checked and taken in whole."""

from typing import Any

import pytest
import requests

from deploy.cli.platform import Platform
from tests.e2e.test_http import problem
from tests.staff import Staff

ROWS = b"postcode;latitude;longitude\r\n702 10;59,27;15,21\r\n70211;59.28;15.22\r\n"


@pytest.fixture(scope="module")
def admin(platform: Platform) -> Staff:
    return Staff(platform, "borlange", "admin", sub="ada")


def put(staff: Staff, content: bytes, kind: str = "text/csv", **headers: str) -> requests.Response:
    given = {"Content-Type": kind, **{name.replace("_", "-"): value for name, value in headers.items()}}
    return staff.session.put(f"{staff.base}/postcodes", data=content, headers=given, timeout=60)


def read(staff: Staff) -> tuple[dict[str, Any], str]:
    answer = staff.ask("GET", "/postcodes")
    assert answer.status_code == 200, answer.text
    return answer.json(), answer.headers["ETag"]


def test_a_file_is_put_in_whole_by_whoever_has_seen_what_holds(admin: Staff) -> None:
    _, etag = read(admin)
    answer = put(admin, ROWS, If_Match=etag)
    assert answer.status_code == 200, answer.text
    assert (answer.json()["postcodes"], answer.json()["history"][0]["by"]) == (2, "ada")
    assert read(admin) == (answer.json(), answer.headers["ETag"])
    assert problem(put(admin, ROWS, If_Match=etag)) == (412, "stale")
    assert problem(put(admin, ROWS)) == (428, "precondition_required")


def test_a_wrong_line_is_named_and_changes_nothing(admin: Staff) -> None:
    before, etag = read(admin)
    refused = put(admin, ROWS + b"70212;99;15.2\r\n", If_Match=etag)
    assert refused.status_code == 422
    assert [(one["pointer"], one["parameters"]) for one in refused.json()["errors"]] == [("/4/latitude", {"line": 4})]
    assert read(admin) == (before, etag)


def test_what_is_no_table_is_not_taken(admin: Staff) -> None:
    _, etag = read(admin)
    assert problem(put(admin, b"{}", "application/json", If_Match=etag))[0] == 415
    assert problem(put(admin, b"", If_Match=etag))[0] == 422
    assert problem(put(admin, b"\xff\xfe\x00", If_Match=etag))[0] in (415, 422)


def test_twenty_thousand_lines_are_put_within_a_requests_time(admin: Staff) -> None:
    lines = b"".join(b"%d;59.27;15.21\r\n" % (10_000 + number) for number in range(20_000))
    answer = put(admin, b"postcode;latitude;longitude\r\n" + lines, If_Match=read(admin)[1])
    assert (answer.status_code, answer.json().get("postcodes")) == (200, 20_000), answer.text[:500]
