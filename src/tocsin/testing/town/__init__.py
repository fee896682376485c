"""The town: a small place with a watch desk, in which stories can be told and time can be made to pass.

    town.report("Water over the Mill Lane bridge")
    town.duty_officer.issues_notice(to="the miller")
    town.pass_time(minutes=15)
    assert town.phone("the deputy").last_call.about == "the miller"

Everything behind it is real: the store on a disc, the outbox, the record, the web site where it is asked for. Only the
clock and the ways out are the town's own.
"""

from tocsin.testing.town.officer import Officer
from tocsin.testing.town.town import MORNING, Town

__all__ = ["MORNING", "Officer", "Town"]
