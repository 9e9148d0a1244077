"""Nudges: planned with what they follow from, and sent by the clockwork as errands.

A home's rows of one kind go as one: there is one duty for each recipient, way and kind, which is what keeps two of them
an hour apart, whichever process sends them. Dying in between, the claim ends and it is sent once more.
"""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from datetime import timedelta
from functools import partial
from typing import Any

import sqlalchemy

from services.kernel.basics.ids import new_id
from services.kernel.contracts.duty import CLAIM, Duty, Errand
from services.kernel.contracts.faults import reason_of
from services.kernel.contracts.nudges import NO_WAY, NOT_SET_UP, NudgeState, Reached, Way
from services.kernel.messages import mail, outlets, sms
from services.kernel.messages.outgoing import NotDelivered, Refused
from services.kernel.messages.sms_providers import Provider, provider_of
from services.kernel.rows import nudges
from services.kernel.rows.nudges import Nudge
from services.kernel.rows.unit import Unit

#: in all eleven hours: a home that is asked tonight
_DELAYS = (30, 2 * 60, 10 * 60, 30 * 60, 3600, 3 * 3600, 6 * 3600)
SENDING = Duty(name="send_nudge", delays=tuple(timedelta(seconds=one) for one in _DELAYS))
_PROVIDER = sqlalchemy.text("select sms from tenant_settings")
_ADDRESS = sqlalchemy.text("select contact->>'web' from tenant where slug = :tenant")
# One that is being sent, or is due as soon as that could be, stays: its function looks again before it ends. The
# lock on it lets whoever takes it away go first.
_PLAN = sqlalchemy.text("""insert into duty (name, subject, due_at) values (:name, :slot, :now)
    on conflict (tenant, name, subject) do update set due_at = excluded.due_at, reason_parked = null,
        attempts = case when duty.reason_parked is null then duty.attempts else 0 end
    where duty.reason_parked is not null or duty.due_at > :soon""")
_WAKE = sqlalchemy.text("notify duty")


def nudge(
    unit: Unit, kind: str, *, subject: str, home_id: str, reached: Iterable[Reached], is_urgent: bool = False
) -> None:
    """Sees to it that a home learns that there is something new of this kind. `nudges.forget` when that is settled
    before."""
    ways = set_up(unit)
    named = {"kind": kind, "subject": subject, "home_id": home_id, "is_urgent": is_urgent, "planned_at": unit.now}
    rows = [_row(named, one, ways) for one in reached] or [_off(named, NO_WAY if ways else NOT_SET_UP)]
    unit.session.add_all(rows)
    unit.session.flush()
    waiting = [row.slot for row in rows if row.state == NudgeState.WAITING]
    for slot in sorted(waiting):  # in one order, so that two who plan the same do not wait for each other
        unit.session.execute(_PLAN, {"name": SENDING.name, "slot": slot, "now": unit.now, "soon": unit.now + CLAIM})
    if waiting:
        unit.session.execute(_WAKE)


def set_up(unit: Unit) -> set[Way]:
    """The ways that the operator has set up for the municipality."""
    found = {Way.EMAIL: unit.outlets.mail is not None, Way.SMS: _provider(unit) is not None}
    return {way for way, is_there in found.items() if is_there}


def send_nudge(unit: Unit, slot: str) -> Errand | None:
    """What waits in a slot, on its way as one; None when nothing does, or it is not yet time."""
    rows = nudges.open_of_slot(unit, slot)
    if not rows:
        return None
    at = nudges.time_of(unit.now, nudges.last_of_slot(unit, slot), is_urgent=any(row.is_urgent for row in rows))
    if at > unit.now:
        unit.plan(SENDING, subject=slot, at=at)
        return None
    send = _sender(unit, rows[-1])
    if send is None:  # the operator has taken it away
        for row in rows:
            row.settle(NudgeState.OFF, unit.now, NOT_SET_UP)
        return None
    return _errand([row.id for row in rows], send)


def _row(named: Mapping[str, Any], one: Reached, ways: Collection[Way]) -> Nudge:
    """A nudge on one way."""
    if one.way not in ways:
        return _off(named, NOT_SET_UP, recipient=one.recipient, way=one.way)
    state = NudgeState.WAITING
    return Nudge(id=new_id(), recipient=one.recipient, way=one.way, address=one.address, state=state, **named)


def _off(named: Mapping[str, Any], why: str, *, recipient: str | None = None, way: Way | None = None) -> Nudge:
    """That there is none, and why."""
    row = Nudge(id=new_id(), recipient=recipient or named["home_id"], way=way, **named)
    row.settle(NudgeState.OFF, named["planned_at"], why)
    return row


def _provider(unit: Unit) -> Provider | None:
    return provider_of(unit.session.scalar(_PROVIDER), unit.outlets.sms_secrets.get(unit.context.tenant))


def _sender(unit: Unit, row: Nudge) -> Callable[[], None] | None:
    """What sends it; None when its way is not set up any more."""
    text = outlets.text_of(unit.session.scalar(_ADDRESS, {"tenant": unit.context.tenant}))
    address = str(row.address)
    if row.way == Way.EMAIL:
        server = unit.outlets.mail
        return None if server is None else partial(mail.send, server, address, text, message_id=row.id)
    provider = _provider(unit)
    if provider is None:
        return None
    return partial(sms.send, provider, address, text, in_production=unit.in_production)


def _errand(ids: Sequence[str], send: Callable[[], None]) -> Errand:
    """One that nobody takes at that address is not tried again: the home has to be reached otherwise."""
    refused: list[str] = []

    def go() -> None:
        try:
            send()
        except Refused as problem:
            refused.append(str(problem))

    def done(unit: Unit) -> None:
        for row in nudges.by_ids(unit, ids):
            if refused:
                row.settle(NudgeState.FAILED, unit.now, refused[0])
            else:
                row.settle(NudgeState.SENT, unit.now)

    return Errand(go=go, done=done, failed=partial(_not_sent, ids))


def _not_sent(ids: Sequence[str], unit: Unit, problem: Exception, is_last: bool) -> None:
    said = str(problem) if isinstance(problem, NotDelivered) else reason_of(problem)
    for row in nudges.by_ids(unit, ids):
        row.fail(said, unit.now, for_good=is_last)
