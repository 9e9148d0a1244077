"""What a caller is told of a fault, and nothing more."""

import pytest

from services.kernel.contracts import faults
from services.kernel.contracts.faults import Fault


class ApplicationAlreadyClosed(Fault):
    """The application is closed.

    Only for developers.
    """


class TestFault:
    def test_its_name_is_its_code_and_its_docstring_its_message(self) -> None:
        assert ApplicationAlreadyClosed().as_dict() == {
            "code": "application_already_closed",
            "status": 409,
            "title": "The application is closed.",
            "detail": "The application is closed.\n\n    Only for developers.",
            "errors": [],
            "extra": {},
        }

    def test_details_problems_and_members_are_its_own(self) -> None:
        fault = ApplicationAlreadyClosed("Since May.", errors=[{"pointer": "/a", "detail": "b"}], extra={"since": 5})
        recorded = fault.as_dict()
        assert (recorded["detail"], recorded["errors"], recorded["extra"]) == (
            "Since May.",
            [{"pointer": "/a", "detail": "b"}],
            {"since": 5},
        )

    @pytest.mark.parametrize(
        ("fault", "status", "code"),
        [
            (faults.InvalidInput, 422, "invalid_input"),
            (faults.IdempotencyKeyReused, 422, "idempotency_key_reused"),
            (faults.NotFound, 404, "not_found"),
            (faults.MissingRole, 403, "missing_role"),
            (faults.Stale, 412, "stale"),
            (faults.PreconditionRequired, 428, "precondition_required"),
            (faults.AlreadyExists, 412, "already_exists"),
            (faults.DeadlinePassed, 504, "deadline_passed"),
            (faults.ServiceUnavailable, 503, "service_unavailable"),
            (faults.InternalFault, 500, "internal_fault"),
        ],
    )
    def test_the_kernels_own_have_these_codes(self, fault: type[Fault], status: int, code: str) -> None:
        assert (fault.status, fault.code()) == (status, code)

    def test_each_of_the_kernels_own_says_something(self) -> None:
        for fault in Fault.__subclasses__():
            if fault.__module__ == faults.__name__:
                assert fault.title(), fault

    def test_an_early_event_is_no_fault_that_a_caller_sees(self) -> None:
        assert not issubclass(faults.TooEarly, Fault)
