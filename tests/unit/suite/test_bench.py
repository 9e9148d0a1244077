"""The pure parts of `./hemvist bench`: sizes, the mix of a day, the beat of an open loop, percentiles."""

import asyncio
import json
import tomllib
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from itertools import islice
from pathlib import Path

import pytest

from deploy.cli.names import APPLICATION
from tests.bench import fairness, larger
from tests.bench.figures import percentile, table
from tests.bench.journal import Goal, Journal, OutOfTime
from tests.bench.load import request
from tests.bench.nation import working
from tests.bench.nation.compensation import months
from tests.bench.nation.day import KINDS, mixed
from tests.bench.nation.sizes import Municipality, municipalities, named, shared_out, tenants
from tests.bench.nation.working import Period
from tests.bench.steady import FAILED, due, run

ONE = Municipality("kommun-001", applications=1000, homes=200)


class TestSizes:
    def test_the_nth_municipality_has_an_nth_of_the_first(self) -> None:
        parts = shared_out(1_000_000, 290)
        assert [round(parts[0] / parts[place - 1]) for place in (1, 2, 10, 100)] == [1, 2, 10, 100]
        assert abs(sum(parts) - 1_000_000) < 290

    def test_the_largest_has_a_sixth_of_all(self) -> None:
        assert 0.15 < shared_out(1_000_000, 290)[0] / 1_000_000 < 0.17

    def test_the_smallest_has_something_of_everything(self) -> None:
        smallest = municipalities(290, applications=300, homes=300)[-1]
        assert all(len(some) for some in (smallest.waiting, smallest.opened, smallest.approved))
        assert smallest.mentors

    def test_a_home_has_applied(self) -> None:
        assert all(one.applications >= one.homes for one in municipalities(290, applications=300, homes=3_000))

    def test_every_home_is_either_approved_or_investigated(self) -> None:
        assert [*ONE.approved, *ONE.opened] == list(range(1, 201))

    def test_the_file_of_municipalities_names_each_once(self) -> None:
        stated = tomllib.loads(tenants(municipalities(290, applications=1000, homes=300)))["tenant"]
        assert len({one["slug"] for one in stated}) == len({one["municipality_code"] for one in stated}) == 290

    def test_ids_sort_by_age(self) -> None:
        assert named("home", 9) < named("home", 10) < named("home", 160_000)

    def test_pay_has_three_years_of_months_before_this_one(self) -> None:
        found = months(date(2026, 1, 15))
        assert (found[0], found[-1], len(found)) == (date(2023, 1, 1), date(2025, 12, 1), 36)


class TestDay:
    def test_four_of_five_read(self) -> None:
        shares = Counter[bool]()
        for kind in KINDS:
            shares[kind.writes] += kind.share
        assert (shares[False], shares[True]) == (80, 20)

    def test_all_who_work_with_it_ask(self) -> None:
        roles = {"recruiter", "investigator", "caseworker", "coordinator", "payroll", "auditor", "home"}
        assert {kind.role for kind in KINDS} == roles

    def test_the_same_seed_asks_the_same(self) -> None:
        some = municipalities(10, applications=1_000, homes=300)

        def asked(seed: int) -> list[tuple[str, str, str]]:
            reads = [kind for kind in KINDS if not kind.writes]
            return [(kind.name, one.slug, what.path) for kind, one, what in islice(mixed(some, seed, reads), 200)]

        assert asked(7) == asked(7) != asked(8)

    def test_a_larger_municipality_asks_more_often(self) -> None:
        some = municipalities(10, applications=10_000, homes=300)
        asked = Counter(one.slug for _, one, _ in islice(mixed(some, 7), 2_000))
        assert asked[some[0].slug] > 5 * asked[some[-1].slug] > 0

    def test_whoever_applies_is_nobody_else_and_grown_up(self) -> None:
        submits = [kind for kind in KINDS if kind.name == "submit_application"]
        asked = islice(mixed([ONE], 7, submits), 30_000)
        numbers = [what.body["adults"][0]["personal_number"] for _, _, what in asked]
        assert len(set(numbers)) == len(numbers)
        assert max(number[:4] for number in numbers) < "2005"

    @pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.name)
    def test_every_kind_can_be_made_of_the_smallest(self, kind: object) -> None:
        smallest = municipalities(290, applications=300, homes=300)[-1]
        (found,) = islice(mixed([smallest], 7, [kind]), 1)
        assert found[2].path.startswith("/")


class TestPercentile:
    @pytest.mark.parametrize(("percent", "expected"), [(50, 50), (95, 95), (99, 99), (100, 100)])
    def test_of_a_hundred_it_is_the_one_of_that_rank(self, percent: float, expected: int) -> None:
        assert percentile(list(range(100, 0, -1)), percent) == expected

    def test_of_few_it_is_one_of_them(self) -> None:
        assert percentile([3.0, 1.0], 95) == 3.0
        assert percentile([3.0], 1) == 3.0

    def test_a_table_shows_one_digit_of_a_measured_number(self) -> None:
        assert table(["a", "b"], [[1, 2.345]]) == "| a | b |\n| --- | --- |\n| 1 | 2.3 |"


def a_period(*outcomes: tuple[str, float]) -> Period:
    reads, writes = (next(kind for kind in KINDS if kind.writes == writes) for writes in (False, True))
    both = [(kind, (status, took, 0.0)) for kind in (reads, writes) for status, took in outcomes]
    return Period(100, [kind for kind, _ in both], [outcome for _, outcome in both], {})


def all_held(goals: Sequence[Goal]) -> bool:
    return all(goal.is_held for goal in goals)


class TestPeriod:
    def test_goals_are_held_when_every_percentile_is_within_them(self) -> None:
        assert all_held(working.goals(a_period(("200", 20.0))))
        assert not all_held(working.goals(a_period(("200", 26.0))))

    def test_goals_are_not_held_with_a_request_that_failed(self) -> None:
        found = a_period(*[("200", 5.0)] * 500, ("503", 1.0))
        assert not all_held(working.goals(found))
        assert found.failed.total() == 2

    def test_the_tables_say_where_it_bends_and_what_failed(self) -> None:
        said = working.report([a_period(("200", 5.0)), a_period(("200", 2000.0), ("503", 1.0))], 100)
        assert "It bends at 100 requests/s." in said
        assert said.endswith("503: 1")

    def test_it_bends_where_a_reader_waits_for_a_second(self) -> None:
        assert a_period(("200", 1001.0)).is_bent
        assert not a_period(("200", 999.0)).is_bent


class TestGrowth:
    def test_a_ratio_is_the_median_of_the_rounds(self) -> None:
        few = [larger.Cost(processor, 10.0, 20.0) for processor in (10.0, 20.0, 40.0)]
        many = [larger.Cost(processor, 12.0, 20.0) for processor in (11.0, 60.0, 44.0)]
        assert larger.ratios({"few": few, "many": many})["many"] == (1.1, 1.2)
        assert all_held(larger.goals({"few": few, "many": many}))
        assert not all_held(larger.goals({"few": few, "many": [replace(one, processor=50.0) for one in many]}))
        assert not all_held(larger.goals({"few": few, "many": [replace(one, failed=1) for one in many]}))

    def test_a_second_process_counts_with_the_first(self) -> None:
        one, two = (
            larger.Cost(9.0, 1.0, 1.0, {"intake": 9.0}),
            larger.Cost(9.0, 1.0, 1.0, {"intake": 4, "intake, second": 5}),
        )
        assert larger.report({"one": [one], "two": [two]}).endswith("| one | 9.0 |\n| two | 9 |")

    def test_a_slope_is_by_the_hour(self) -> None:
        assert larger.slope([100.0, 101.0, 102.0], minutes=30) == pytest.approx(4.0)

    def test_a_short_while_says_nothing_about_memory(self) -> None:
        looks = [dict.fromkeys(APPLICATION, megabytes) for megabytes in (100.0, 110.0)]
        assert larger.flat(looks, minutes=2) == []
        assert not any(goal.is_held for goal in larger.flat(looks, minutes=60))


class TestFairness:
    def test_only_the_floods_that_are_named_are_let_in(self) -> None:
        assert [name for name in fairness.floods(["hang", "events"]) if "hang" not in name] == ["50000 events"]
        assert fairness.floods([""]) == list(fairness.FLOODS)

    def test_the_others_are_compared_with_what_they_had_just_before(self) -> None:
        during = a_period(*[("200", 14.0)] * 2, ("503", 1.0))
        fared = fairness.Fared(a_period(("200", 10.0)), during, effects=([9.0], [20.0, 30.0, 40.0]))
        assert fared.ratio == pytest.approx(1.4)
        assert [goal.is_held for goal in fairness.goals({"a flood": fared})] == [False, False, True]
        assert "| a flood | 10.0 | 14.0 | 10.0 | 14.0 | 1.40 | 2 | 9.0 | 30.0 | 40.0 |" in fairness.report(
            {"a flood": fared}
        )


class TestJournal:
    def test_what_was_measured_before_a_crash_is_kept_and_the_next_step_comes(self, tmp_path: Path) -> None:
        journal = Journal(tmp_path / "day.json", {"what": "day"})
        for name in ("first", "second"):
            with journal.step(name):
                journal.keep(name, 1)
                journal.hold(Goal(name, 1.0, 1.0))
                raise ValueError(name)
        kept = json.loads(journal.file.read_text(encoding="utf-8"))
        assert kept["figures"] == {"first": 1, "second": 1}
        assert (len(kept["goals"]), list(kept["failed"])) == (2, ["first", "second"])
        assert not journal.is_good

    def test_a_goal_says_from_which_side_it_is_reached(self) -> None:
        assert Goal("times", 1.2, 1.2).is_held
        assert not Goal("times", 1.21, 1.2).is_held
        assert not Goal("of the peer", 0.6, 0.7, at_least=True).is_held

    def test_time_that_is_over_ends_the_steps(self, tmp_path: Path) -> None:
        journal = Journal(tmp_path / "day.json", {})
        with pytest.raises(OutOfTime), journal.step("first"):
            raise OutOfTime


class TestOpenLoop:
    def test_requests_leave_at_equal_distances(self) -> None:
        assert [due(number, 4) for number in range(4)] == [0, 0.25, 0.5, 0.75]

    def test_a_request_leaves_whether_or_not_others_have_come_back(self) -> None:
        """The server answers nobody before the third has asked."""
        outcomes = asyncio.run(_asked_of(3, answers_after=3))
        assert [status for status, _, _ in outcomes] == ["200"] * 3
        assert outcomes[0][1] > outcomes[2][1]

    def test_a_request_whose_connection_is_cut_has_failed(self) -> None:
        assert [status for status, _, _ in asyncio.run(_asked_of(1, answers_after=0))] == [FAILED]


async def _asked_of(count: int, *, answers_after: int) -> list[tuple[str, float, float]]:
    """So many requests at a server that answers when so many have come; with none it hangs up."""
    came, all_here = 0, asyncio.Event()

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        nonlocal came
        await reader.readuntil(b"\r\n\r\n")
        came += 1
        if came >= answers_after:
            all_here.set()
        await all_here.wait()
        if answers_after:
            writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}")
            await writer.drain()
        writer.close()

    server = await asyncio.start_server(answer, "127.0.0.1", 0)
    async with server:
        url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/"
        return await run([request("GET", url, {}, "")] * count, url, rate=100)
