"""Following logs: whole lines only, across a rotation."""

from pathlib import Path

from deploy.cli.logs import Follower, last_lines


def test_only_lines_added_since_are_given_and_only_whole_ones(tmp_path: Path) -> None:
    log = tmp_path / "intake.log"
    log.write_text("old\n")
    follower = Follower.from_end(log)
    with log.open("a") as file:
        file.write("one\ntw")
        file.flush()
        assert list(follower.new_lines()) == ["one"]
        file.write("o\n")
        file.flush()
        assert list(follower.new_lines()) == ["two"]


def test_it_goes_on_in_the_new_file_after_a_rotation(tmp_path: Path) -> None:
    log = tmp_path / "intake.log"
    log.write_text("old\n")
    follower = Follower.from_end(log)
    log.rename(tmp_path / "intake.log.1")
    assert list(follower.new_lines()) == []
    log.write_text("new\n")
    assert list(follower.new_lines()) == ["new"]


def test_a_log_that_does_not_exist_yet_is_followed_from_its_beginning(tmp_path: Path) -> None:
    follower = Follower.from_end(tmp_path / "intake.log")
    (tmp_path / "intake.log").write_text("first\n")
    assert list(follower.new_lines()) == ["first"]


def test_last_lines_of_a_missing_log_are_none(tmp_path: Path) -> None:
    assert last_lines(tmp_path / "nothing.log", 5) == []
