"""A Dask cluster: the same bytes as one process, and a worker that dies is survived."""

import os
import signal
import sys
from pathlib import Path

import pytest

from classifier.batch import cluster as module
from classifier.batch.run import classify_file
from classifier.errors import ClusterError, JobInterruptedError

distributed = pytest.importorskip("distributed")


@pytest.fixture(scope="module")
def cluster():
    """Return a Dask cluster of two processes on this machine."""
    with distributed.LocalCluster(
        n_workers=2, threads_per_worker=1, dashboard_address=":0", silence_logs=50
    ) as found:
        yield found


def test_a_cluster_gives_the_bytes_of_one_process(tmp_path, source, whole, classifier, cluster):
    """Through Dask's own client."""
    target = tmp_path / "out.jsonl"
    classify_file(classifier, source, target, cluster=cluster.scheduler_address, rows=40)
    assert target.read_bytes() == whole


def test_workers_that_have_not_the_file_are_sent_its_rows(
    tmp_path, source, whole, classifier, cluster, monkeypatch
):
    """Those that were started in another folder do not find it by its name."""
    sent = []

    class Client(distributed.Client):
        def submit(self, call, task, work, **options):
            sent.append(bool(work.data))
            return super().submit(call, task, work, **options)

    monkeypatch.setattr(distributed, "Client", Client)
    monkeypatch.chdir(source.parent)
    target = tmp_path / "out.jsonl"
    classify_file(classifier, Path(source.name), target, cluster=cluster.scheduler_address, rows=40)
    assert target.read_bytes() == whole
    assert sent == sorted(sent)
    assert set(sent) == {False, True}


def test_a_worker_of_a_cluster_that_dies_is_survived(tmp_path, source, whole, classifier, cluster):
    """Killed with work under way: another one does it again, the bytes are the same."""
    workers = [w.pid for w in cluster.workers.values()]
    killed = []

    def kill(done, _total):
        if done == 80:
            os.kill(workers[0], signal.SIGKILL)
            killed.append(done)

    target = tmp_path / "out.jsonl"
    classify_file(
        classifier, source, target, cluster=cluster.scheduler_address, rows=20, progress=kill
    )
    assert killed == [80]
    assert target.read_bytes() == whole


def test_a_cluster_that_is_not_there_is_said(tmp_path, source, classifier, monkeypatch):
    """With how to start one; nothing is left behind."""
    monkeypatch.setattr(module, "PATIENCE", 1)
    for address, message in (
        ("tcp://127.0.0.1:9", r"no Dask scheduler at tcp://127.0.0.1:9: .*dask scheduler"),
        ("nonsense://x", "no Dask scheduler at nonsense://x"),
    ):
        with pytest.raises(ClusterError, match=message):
            classify_file(classifier, source, tmp_path / "out.jsonl", cluster=address)
    assert list(tmp_path.iterdir()) == []


def test_a_cluster_without_workers_is_said(tmp_path, source, classifier, monkeypatch):
    """In place of waiting for ever."""
    monkeypatch.setattr(module, "PATIENCE", 1)
    message = "has no worker after 1 s; start some with dask worker"
    with distributed.LocalCluster(n_workers=0, dashboard_address=":0") as empty:
        address = empty.scheduler_address
        with pytest.raises(ClusterError, match=message):
            classify_file(classifier, source, tmp_path / "out.jsonl", cluster=address)


def test_without_dask_the_option_says_what_to_install(tmp_path, source, classifier, monkeypatch):
    """The extra that holds it."""
    monkeypatch.setitem(sys.modules, "distributed", None)
    with pytest.raises(ClusterError, match=r"pip install 'keyfield\[cluster\]'"):
        classify_file(classifier, source, tmp_path / "out.jsonl", cluster="tcp://x:1")


def test_a_cluster_that_breaks_down_can_be_gone_on_without(
    tmp_path, source, whole, classifier, monkeypatch
):
    """The scheduler goes away; what is done is kept, and this machine does the rest."""
    monkeypatch.setattr(module, "PATIENCE", 2)
    target = tmp_path / "out.jsonl"
    local = distributed.LocalCluster(
        n_workers=1, threads_per_worker=1, dashboard_address=":0", silence_logs=50
    )

    def stop(done, _total):
        if done == 80:
            local.close()

    with pytest.raises(JobInterruptedError, match=r"behind row .* broke down.*--resume goes on"):
        classify_file(
            classifier, source, target, cluster=local.scheduler_address, rows=20, progress=stop
        )
    assert classify_file(classifier, source, target, resume=True).resumed >= 80
    assert target.read_bytes() == whole
