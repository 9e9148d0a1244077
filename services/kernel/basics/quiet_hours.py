"""The hours in which nobody is disturbed without need, by the clocks of Sweden. Knows no present time."""

from datetime import datetime, timedelta

from services.kernel.basics import clock

BEGIN, END = 21, 7  #: from nine in the evening to seven in the morning


def after(moment: datetime) -> datetime:
    """The instant itself, or the end of the quiet hours in which it lies."""
    local = moment.astimezone(clock.SWEDEN)
    if END <= local.hour < BEGIN:
        return moment
    morning = local.date() + timedelta(days=1 if local.hour >= BEGIN else 0)
    return clock.at_local(morning, END)
