"""Who may do what in the broker, as regular expressions."""

import re

import pytest

from services.kernel.messages import topology

SERVICES = ("intake", "investigation", "placement", "mentorship", "compensation")
PARTS = ("events", "redeliver", "parking", "parked", "retry-1000", "on_home_approved")


def may(pattern: str, name: str) -> bool:
    """As RabbitMQ does it: the expression is searched for, not matched whole."""
    return re.search(pattern, name) is not None


def topic(user: str, exchange: str) -> tuple[str, str]:
    return next((write, read) for name, write, read in topology.permissions(user).topics if name == exchange)


class TestService:
    @pytest.mark.parametrize("user", SERVICES)
    @pytest.mark.parametrize("other", [*SERVICES, "intake2", "intak", "xintake", "gateway", "amq"])
    def test_it_touches_nothing_of_another(self, user: str, other: str) -> None:
        if user == other:
            return
        rights = topology.permissions(user)
        for name in (f"rpc-{other}", *(f"{other}.{part}" for part in PARTS), f"rpc.reply-{other}-1", ""):
            for pattern in (rights.configure, rights.write, rights.read):
                assert not may(pattern, name), (user, pattern, name)

    @pytest.mark.parametrize("user", SERVICES)
    def test_it_declares_its_own_request_queue_and_nothing_else(self, user: str) -> None:
        configure = topology.permissions(user).configure
        assert may(configure, f"rpc-{user}")
        for name in ("nameko-rpc", "amq.default", *(f"{user}.{part}" for part in PARTS), f"rpc-{user}-2"):
            assert not may(configure, name)

    @pytest.mark.parametrize("user", SERVICES)
    def test_it_writes_events_retries_and_replies_and_not_into_queues(self, user: str) -> None:
        write = topology.permissions(user).write
        for name in ("nameko-rpc", f"{user}.events", f"{user}.retry-1000", f"{user}.parking"):
            assert may(write, name)
        for name in ("amq.default", "amq.topic", f"{user}.parked", f"{user}.on_home_approved", f"{user}.retry-x"):
            assert not may(write, name)

    @pytest.mark.parametrize("user", SERVICES)
    def test_it_may_reply_to_the_gateway_and_request_nothing_of_anybody(self, user: str) -> None:
        write, bind = topic(user, "nameko-rpc")
        assert may(write, "rpc.reply-gateway-5f")
        for other in SERVICES:
            assert not may(write, f"{other}.ping")
            assert may(bind, f"{other}.*") == (user == other)
        for key in ("#", "*", "*.*", f"{user}.#", "rpc.reply-gateway-5f"):
            assert not may(bind, key)

    def test_a_name_with_a_dot_is_no_pattern(self) -> None:
        assert not may(topology.permissions("a.b").write, "axb.events")


class TestGateway:
    def test_it_writes_requests_and_reads_its_replies(self) -> None:
        rights = topology.permissions("gateway")
        for name in ("intake.events", "rpc-intake", "amq.default", "intake.on_home_approved", "intake.parked", ""):
            for pattern in (rights.configure, rights.write, rights.read):
                assert not may(pattern, name)
        write, bind = topic("gateway", "nameko-rpc")
        assert may(write, "compensation.approve_pay_run")
        for key in ("rpc.reply-gateway-1", "compensation.*", "#", "a.b.c"):
            assert not may(write, key)
        assert may(bind, "rpc.reply-gateway-1")
        for key in ("#", "intake.*", "rpc.reply-gatewa"):
            assert not may(bind, key)
