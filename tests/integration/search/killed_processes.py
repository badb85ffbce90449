"""The processes that ``test_search_killed.py`` kills: one changes homes, the other is the worker.

Both are the real thing on the portal of the environment. The worker goes without the comparison at its start,
which would mend what the outbox had lost: the outbox alone must lose nothing.

Run as a program, this is their nursery: it has imported everything, and forks one for each line it is given,
``write TOTAL FILE`` or ``work FILE``; the file takes what they say. It answers with the process id.
"""

from __future__ import annotations

import os
import signal
import sys
from random import Random

from sqlalchemy import func, select

from portal import clock, create_app, jobs
from portal.domain.actor import SYSTEM
from portal.extensions import db
from portal.history.keeper import Provenance
from portal.history.models import SourceDocument, SourceKind
from portal.history.sources import enter_source
from portal.institutions import service
from portal.institutions.models import ClosureKind, ClosureNotice, Filing, Institution
from portal.institutions.service import new_public_id
from portal.search.indexing import Differences
from portal.unit_of_work import unit_of_work

TITLE = "更新"
COUNTIES = ("350404", "350405", "350421", "350423", "350424")
SYLLABLES = "安康福寿宁和颐松鹤春晖夕阳桂兰竹柏清泉"


def committed() -> int:
    """Return how many updates are in the database: each enters a source of its own."""
    of_ours = SourceDocument.title.startswith(TITLE)
    return db.session.scalar(select(func.count()).select_from(SourceDocument).where(of_ours)) or 0


def some_home(rng: Random) -> Institution | None:
    """Return a home by chance; None while there is none."""
    highest = db.session.scalar(select(func.max(Institution.id))) or 1
    later = select(Institution).where(Institution.id >= rng.randint(1, highest)).order_by(Institution.id)
    return db.session.scalar(later.limit(1))


def update(number: int) -> None:
    """Do the update of this number: the same each time it is tried."""
    rng = Random(number)
    today = clock.today()
    source = enter_source(f"{TITLE}{number}", today, SourceKind.STAFF_ENTRY)
    told = Provenance(source, today, SYSTEM)
    name = "".join(rng.choices(SYLLABLES, k=3)) + f"养老院{number}"
    home, other = some_home(rng), some_home(rng)
    deed = rng.choices(("open", "rename", "withdraw", "file", "close"), (30, 30, 20, 10, 10))[0]
    if deed == "open" or home is None or other is None:
        service.register_institution({"name": name, "region_code": rng.choice(COUNTIES)}, told)
    elif deed == "rename":
        service.amend_institution(home, {"name": name}, told)
    elif deed == "withdraw":
        service.amend(home, {"withdrawn": not home.withdrawn}, told)
    elif deed == "file":
        service.enter(Filing(institution_id=home.id, filed_on=today, number=f"备{number}号"), told)
    else:
        notice = ClosureNotice(
            public_id=new_public_id(), institution_id=home.id, successor_id=other.id,
            kind=ClosureKind.CLOSURE, announced_on=today, effective_on=today, reason=name,
        )  # fmt: skip
        service.enter(notice, told)


def write(total: int) -> None:
    """Go on with the updates where the last one of us was killed."""
    app = create_app()
    with app.app_context():
        done = committed()
    print("ready", flush=True)
    while done < total:
        with app.app_context(), unit_of_work():
            update(done)
        done += 1
    print("done", flush=True)


def work() -> None:
    """Run the worker as ``flask worker`` does; it says ``worker_started``."""
    jobs.reconcile = lambda search: Differences()  # type: ignore[attr-defined]
    create_app().test_cli_runner(catch_exceptions=False).invoke(args=["worker"])


def be_born(deed: str, *arguments: str) -> None:
    """Become the process that was asked for."""
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    words = os.open(arguments[-1], os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
    os.dup2(words, 1)
    os.dup2(words, 2)
    if deed == "write":
        write(int(arguments[0]))
    else:
        work()


if __name__ == "__main__":
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # the dead need no burial
    for line in sys.stdin:
        child = os.fork()
        if not child:
            be_born(*line.split())
            break
        print(child, flush=True)
