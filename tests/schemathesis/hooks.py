"""What no schema can say.

A cursor is opaque: only one that a list has given is valid, in the order of that list. Valid requests get one of their own list.
A key may revoke itself: the judge's own, which it finds in the list of keys, would leave it with refusals alone. The schedule that all is asked
of stays, too. And a POST that is repeated under its key names what it made the first time, which a step between may have deleted: in a
sequence of steps each has a key of its own.
"""

import itertools
import json
import os

import schemathesis
from schemathesis.generation.meta import TestPhase

CURSORS = json.loads(os.environ["CURSORS"])
KEPT = json.loads(os.environ["KEPT"])
NUMBERS = itertools.count()


@schemathesis.hook
def before_call(context, case, kwargs):
    valid = case.meta is not None and case.meta.generation.mode.is_positive
    if valid and case.query and "cursor" in case.query:
        # Of a list with too little in it there is none.
        case.query.pop("cursor")
        if case.operation.path in CURSORS:
            case.query["cursor"] = CURSORS[case.operation.path]
            if case.operation.path == "/api/v1/gates":
                # It is of a list in this order.
                case.query["sort"] = "oldest"
    stateful = valid and case.meta.phase.name == TestPhase.STATEFUL
    if stateful and case.headers and "Idempotency-Key" in case.headers:
        case.headers["Idempotency-Key"] = f"step-{next(NUMBERS)}"
    if case.method.upper() == "DELETE" and (case.path_parameters or {}).get("id") in KEPT:
        case.path_parameters["id"] = "of-nobody"
