"""Jobs in the database: queued, owned by one process at a time, advanced chunk by chunk."""

from __future__ import annotations

import os
import secrets
import socket
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from classifier.errors import ConflictError, MissingError
from classifier.service.security.roles import Caller, Role
from classifier.service.storage import audit
from classifier.service.storage.tables import Job, now

OWNED_SECONDS = 30
"""Time after which a process that gave no sign has lost its job."""

MOST_ATTEMPTS = 3
"""Starts without progress after which a job has failed."""

MOST_OPEN = 20
"""Unfinished jobs that one user may have."""

OPEN = ("queued", "running")


@dataclass(frozen=True, slots=True)
class JobView:
    """A job as people see it; ``total`` is 0 until the rows are counted."""

    id: str
    file: str
    format: str
    state: str
    total: int
    good: int
    bad: int
    error: str
    created_at: datetime
    finished_at: datetime | None


def job_view(job: Job) -> JobView:
    """Return a job as people see it."""
    return JobView(
        id=job.id,
        file=job.file,
        format=job.format,
        state=job.state,
        total=job.total,
        good=job.good,
        bad=job.bad,
        error=job.error,
        created_at=job.created_at,
        finished_at=job.finished_at,
    )


def new_id() -> str:
    """Return the id of a job to be."""
    return secrets.token_hex(16)


def add_job(
    session: Session,
    job_id: str,
    *,
    file: str,
    source: str,
    target: str,
    text_column: str,
    id_column: str,
    caller: Caller,
) -> Job:
    """Queue a job; its file is in place already.

    Raises
    ------
    ConflictError
        The caller has too many unfinished jobs.
    """
    waiting = select(func.count()).where(Job.created_by == caller.user_id, Job.state.in_(OPEN))
    if (session.scalar(waiting) or 0) >= MOST_OPEN:
        raise ConflictError(f"已有{MOST_OPEN}个未完成的任务", reason="too-many-jobs")
    job = Job(
        id=job_id,
        file=file,
        source=source,
        format=target,
        text_column=text_column,
        id_column=id_column,
        state="queued",
        total=0,
        good=0,
        bad=0,
        chunks=0,
        attempts=0,
        model="",
        error="",
        cancel=False,
        created_by=caller.user_id,
        created_at=now(),
    )
    session.add(job)
    session.flush()
    audit.append(session, caller.actor, "job.add", f"job:{job_id}")
    return job


def get_job(session: Session, job_id: str, *, caller: Caller) -> Job:
    """Return a job of the caller; leads and admins see everybody's.

    Raises
    ------
    MissingError
        There is none, or it is somebody else's.
    """
    job = session.get(Job, job_id)
    if job is None or not _sees(job, caller):
        raise MissingError(f"没有任务{job_id}")
    return job


def _sees(job: Job, caller: Caller) -> bool:
    return job.created_by == caller.user_id or caller.has(Role.LEAD, Role.ADMIN)


def list_jobs(session: Session, *, caller: Caller, size: int = 50) -> list[JobView]:
    """Return the caller's jobs (leads and admins: all), the latest first."""
    query = select(Job).order_by(Job.created_at.desc(), Job.id).limit(size)
    if not caller.has(Role.LEAD, Role.ADMIN):
        query = query.where(Job.created_by == caller.user_id)
    return [job_view(job) for job in session.scalars(query)]


def cancel_job(session: Session, job_id: str, *, caller: Caller) -> Job:
    """Cancel a job: at once if it waits, after the present chunk if it runs.

    Raises
    ------
    MissingError
        There is none.
    ConflictError
        It is finished.
    """
    job = get_job(session, job_id, caller=caller)
    session.refresh(job, with_for_update=True)
    if job.state not in OPEN:
        raise ConflictError("任务已经结束", reason="finished")
    job.cancel = True
    if job.state == "queued":
        _end(job, "cancelled")
    audit.append(session, caller.actor, "job.cancel", f"job:{job_id}")
    return job


def _end(job: Job, state: str, error: str = "") -> None:
    job.state = state
    job.error = error
    job.owner = job.owned_until = None
    job.finished_at = now()


def new_owner() -> str:
    """Return a name for an owner: machine, process, and a number of its own."""
    return f"{socket.gethostname()[:20]}:{os.getpid()}:{secrets.token_hex(4)}"


def _gone(owner: str | None) -> bool:
    """Return whether an owner was a process of this machine that runs no more."""
    if owner is None:
        return True
    machine, process, _ = owner.split(":")
    if machine != socket.gethostname()[:20]:
        return False
    try:
        os.kill(int(process), 0)
    except ProcessLookupError:
        return True
    except PermissionError:
        return False
    return False


def any_open(session: Session) -> bool:
    """Return whether some job waits or runs."""
    return session.scalar(select(Job.id).where(Job.state.in_(OPEN)).limit(1)) is not None


def claim_job(session: Session, owner: str) -> Job | None:
    """Take the oldest job that waits, or whose owner is gone; None if there is none."""
    at = now()
    found = session.scalars(
        select(Job)
        .where(Job.state.in_(OPEN))
        .order_by(Job.created_at, Job.id)
        .with_for_update(skip_locked=True)
    )
    for job in found:
        free = job.state == "queued" or _gone(job.owner)
        if free or job.owned_until is None or job.owned_until < at:
            if job.attempts >= MOST_ATTEMPTS:
                _end(job, "failed", f"处理程序连续{MOST_ATTEMPTS}次中断")
                continue
            job.state = "running"
            job.owner = owner
            job.owned_until = at + timedelta(seconds=OWNED_SECONDS)
            job.attempts += 1
            return job
    return None


class LostError(Exception):
    """The job belongs to another process now."""


def _own(session: Session, job_id: str, owner: str) -> Job:
    job = session.scalar(
        select(Job)
        .where(Job.id == job_id, Job.owner == owner, Job.state == "running")
        .with_for_update()
    )
    if job is None:
        raise LostError(job_id)
    return job


def begin(session: Session, job_id: str, owner: str, model: str) -> Job:
    """Return the job to work on; chunks made by another model do not count.

    Raises
    ------
    LostError
        It belongs to another process.
    """
    job = _own(session, job_id, owner)
    if job.model != model:
        job.model = model
        job.chunks = job.good = job.bad = 0
    return job


def advance(
    session: Session, job_id: str, owner: str, *, total: int = 0, good: int = 0, bad: int = 0
) -> bool:
    """Note a chunk that is on disk (or the count of rows); return whether to go on.

    Raises
    ------
    LostError
        It belongs to another process.
    """
    job = _own(session, job_id, owner)
    if total:
        job.total = total
    if good or bad:
        job.good += good
        job.bad += bad
        job.chunks += 1
        job.attempts = 0
    job.owned_until = now() + timedelta(seconds=OWNED_SECONDS)
    if job.cancel:
        _end(job, "cancelled")
        return False
    return True


def finish(session: Session, job_id: str, owner: str) -> None:
    """Note that the result is on disk.

    Raises
    ------
    LostError
        It belongs to another process.
    """
    job = _own(session, job_id, owner)
    _end(job, "cancelled" if job.cancel else "done")
    audit.append(session, audit.SYSTEM, f"job.{job.state}", f"job:{job_id}")


def fail(session: Session, job_id: str, owner: str, error: str) -> None:
    """Note that the job cannot be done.

    Raises
    ------
    LostError
        It belongs to another process.
    """
    _end(_own(session, job_id, owner), "failed", error[:2000])


def give_back(session: Session, owner: str, *, crashed: bool) -> None:
    """Let other processes take what an owner still had when its process ended.

    Parameters
    ----------
    crashed
        Whether it ended by itself, which counts as an attempt; an orderly stop does not.
    """
    left = session.scalars(
        select(Job).where(Job.owner == owner, Job.state == "running").with_for_update()
    )
    for job in left:
        job.state = "queued"
        job.owner = job.owned_until = None
        if not crashed:
            job.attempts = 0
