"""Jobs: whole files, classified in the background."""

from __future__ import annotations

import shutil
from typing import Annotated, Any, Literal

import anyio.to_thread
from fastapi import APIRouter, File, Form, Path, Query, Response, UploadFile
from fastapi.responses import FileResponse

from classifier.errors import ConflictError
from classifier.service.api.shapes import Answered, unstorable, versions
from classifier.service.backend import Here
from classifier.service.jobs import store as jobs
from classifier.service.jobs.work import BAD_FILE, check_source, folder_of, result_of
from classifier.service.problems import documented
from classifier.service.reviews.export import MEDIA
from classifier.service.security.access import Anyone
from classifier.service.uploads import take_in

router = APIRouter(prefix="/v1/jobs", tags=["jobs"])

JobId = Annotated[str, Path(pattern=r"^[0-9a-f]{32}$", description="任务编号 / Id")]
Column = Annotated[str, Form(min_length=1, max_length=100)]
Target = Literal["jsonl", "csv", "xlsx"]


class JobBody(Answered):
    """A job."""

    job: jobs.JobView


class JobsBody(Answered):
    """Jobs, the latest first."""

    items: list[jobs.JobView]


FILE: dict[int | str, dict[str, Any]] = {
    200: {
        "description": "文件 / A file",
        "content": {media: {} for media in MEDIA.values()},
    }
}


@router.post("", summary="提交文件 / Send a file", responses=documented(409, 415), status_code=202)
def add(
    here: Here,
    caller: Anyone,
    file: Annotated[UploadFile, File(description="CSV 或 XLSX / CSV or XLSX")],
    target: Annotated[Target, Form(alias="format", description="结果格式 / Of the result")] = (
        "jsonl"
    ),
    text_column: Column = "text",
    id_column: Column = "id",
) -> JobBody:
    """排队处理；服务重启后接着做。 Queued; goes on after a restart."""
    job_id = jobs.new_id()
    folder = folder_of(here.settings, job_id)
    try:
        upload = take_in(
            file.file, file.filename, folder / "input", most=here.settings.upload_bytes
        )
        check_source(upload.path, text_column, id_column)
        name = upload.name if next(unstorable(upload.name), None) is None else "?"
        with here.store.write() as session:
            job = jobs.add_job(
                session,
                job_id,
                file=name,
                source=upload.path.name,
                target=target,
                text_column=text_column,
                id_column=id_column,
                caller=caller,
            )
            view = jobs.job_view(job)
    except BaseException:
        shutil.rmtree(folder, ignore_errors=True)
        raise
    return JobBody(job=view, versions=versions(here))


@router.get("", summary="任务列表 / Jobs", responses=documented())
def list_all(
    here: Here, caller: Anyone, size: Annotated[int, Query(ge=1, le=200)] = 50
) -> JobsBody:
    """自己的任务；组长和管理员看全部。 One's own; leads and admins see all."""
    with here.store.read() as session:
        found = jobs.list_jobs(session, caller=caller, size=size)
    return JobsBody(items=found, versions=versions(here))


@router.get("/{job_id}", summary="进度 / Progress", responses=documented(404))
def get(here: Here, caller: Anyone, job_id: JobId) -> JobBody:
    """状态和已处理的行数。 State and rows done."""
    with here.store.read() as session:
        view = jobs.job_view(jobs.get_job(session, job_id, caller=caller))
    return JobBody(job=view, versions=versions(here))


@router.get(
    "/{job_id}/result",
    summary="结果 / Result",
    responses=documented(404, 409) | FILE,
    response_class=Response,
)
async def result(here: Here, caller: Anyone, job_id: JobId) -> Response:
    """处理完成后可下载；坏行另见 /bad。 Once it is done; bad rows are under ``/bad``."""
    job = await anyio.to_thread.run_sync(_done, here, caller, job_id)
    return FileResponse(
        result_of(here.settings, job),
        media_type=MEDIA[job.format],
        filename=f"result-{job_id[:8]}.{job.format}",
    )


@router.get(
    "/{job_id}/bad",
    summary="坏行 / Bad rows",
    responses=documented(404, 409) | FILE,
    response_class=Response,
)
async def bad(here: Here, caller: Anyone, job_id: JobId) -> Response:
    """不能判定的行和原因，CSV。 Rows that could not be classified, with the reason."""
    await anyio.to_thread.run_sync(_done, here, caller, job_id)
    return FileResponse(
        folder_of(here.settings, job_id) / BAD_FILE,
        media_type=MEDIA["csv"],
        filename=f"bad-{job_id[:8]}.csv",
    )


def _done(here: Here, caller: Anyone, job_id: str) -> Any:
    with here.store.read() as session:
        job = jobs.get_job(session, job_id, caller=caller)
    if job.state != "done":
        raise ConflictError(
            f"任务状态是{job.state}，还没有结果", what_to_do="等到 done 再取", reason="not-done"
        )
    return job


@router.post("/{job_id}/cancel", summary="取消 / Cancel", responses=documented(404, 409))
def cancel(here: Here, caller: Anyone, job_id: JobId) -> JobBody:
    """在当前这一批之后停止。 Stops after the present chunk."""
    with here.store.write() as session:
        view = jobs.job_view(jobs.cancel_job(session, job_id, caller=caller))
    return JobBody(job=view, versions=versions(here))
