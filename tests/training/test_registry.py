"""Versions are immutable, one pointer names the one in use, and nobody is overtaken unawares."""

import json
import os
import shutil
import signal
import subprocess
import sys
import tarfile
import threading
import time

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from classifier import Classifier
from classifier.domains.artefact import load_artefact, read_manifest
from classifier.errors import ArtefactError, HomeError, RegistryError
from classifier.home import POINTER, Pointer, Step, default_model_dir, read_pointer
from classifier.training.parcel import export_model, import_model
from classifier.training.registry import (
    LOG,
    entries,
    folder_of,
    leftovers,
    locked,
    log,
    point,
    refs,
    rollback,
    verified,
)


@pytest.fixture
def models(province, tmp_path):
    """Return a registry of the shipped name and three versions, all the same model."""
    folder = tmp_path / "models"
    for ref in ("default", "zj/1", "zj/2", "zj/10"):
        (folder / ref).parent.mkdir(parents=True, exist_ok=True)
        shutil.copytree(province.model, folder / ref)
    return folder


def change(folder, name="weights.npy"):
    """Change one byte of a model's file."""
    path = folder / name
    data = bytearray(path.read_bytes())
    data[-1] ^= 1
    path.write_bytes(data)


def test_models_are_listed_in_order_and_the_one_in_use_is_marked(models):
    """Without a pointer, the model that ships is in use."""
    assert refs(models) == ["default", "zj/1", "zj/2", "zj/10"]
    assert [e.ref for e in entries(models) if e.in_use] == ["default"]
    point(models, "zj/2", read_pointer(models), who="甲")
    assert [e.ref for e in entries(models) if e.in_use] == ["zj/2"]


@pytest.mark.parametrize(
    "ref", ["zj", "zj/../1", "../default", "zj/1/2", "/etc/passwd", "", "zj/3"]
)
def test_a_name_that_is_none_or_leads_elsewhere_is_refused(models, ref):
    """Only default and name/version, and only what is there."""
    with pytest.raises(RegistryError):
        folder_of(models, ref)


def test_default_model_dir_follows_the_pointer(models, province, monkeypatch):
    """And back to the shipped model where there is none."""
    (models.parent / "taxonomy").symlink_to(province.base)
    monkeypatch.setenv("KEYFIELD_HOME", str(models.parent))
    assert default_model_dir() == models / "default"
    point(models, "zj/1", read_pointer(models), who="甲")
    assert default_model_dir() == models / "zj" / "1"
    assert Classifier.load().artefact.folder == models / "zj" / "1"
    (models / POINTER).write_text("{", encoding="utf-8")
    with pytest.raises(HomeError, match="cannot be read"):
        default_model_dir()


def test_a_tampered_model_is_loaded_by_nobody(models, province, monkeypatch):
    """Not by the classifier, nor promoted, nor exported; the list says which file."""
    (models.parent / "taxonomy").symlink_to(province.base)
    monkeypatch.setenv("KEYFIELD_HOME", str(models.parent))
    point(models, "zj/1", read_pointer(models), who="甲")
    change(models / "zj" / "1")
    change(models / "zj" / "2", "heldout.tsv.gz")
    with pytest.raises(ArtefactError, match=r"weights\.npy was changed"):
        Classifier.load()
    with pytest.raises(ArtefactError, match=r"heldout\.tsv\.gz was changed"):
        point(models, "zj/2", read_pointer(models), who="甲")
    with pytest.raises(ArtefactError):
        export_model(models, "zj/1", models / "x.tar")
    faults = {e.ref: e.fault for e in entries(models)}
    assert faults["zj/10"] == ""
    assert "weights.npy" in faults["zj/1"]


def test_a_model_rewritten_with_its_hashes_is_not_the_one_that_was_promoted(
    models, province, monkeypatch
):
    """The pointer holds the hash of what was promoted."""
    (models.parent / "taxonomy").symlink_to(province.base)
    monkeypatch.setenv("KEYFIELD_HOME", str(models.parent))
    point(models, "zj/1", read_pointer(models), who="甲")
    path = models / "zj" / "1" / "manifest.json"
    manifest = json.loads(path.read_text("utf-8"))
    manifest["heads"][0]["threshold"] = 0.0
    path.write_text(json.dumps(manifest), encoding="utf-8")
    load_artefact(models / "zj" / "1")
    with pytest.raises(ArtefactError, match="changed since it was promoted"):
        Classifier.load()
    with pytest.raises(ArtefactError, match="发布后被改动"):
        verified(models, "zj/1")


def test_of_two_changes_at_once_one_wins_and_the_other_is_told(models):
    """Both saw the same pointer; who comes second hears what is in use now."""
    seen = read_pointer(models)
    gate, told, won = threading.Barrier(2), [], []

    def go(ref):
        gate.wait()
        try:
            won.append(point(models, ref, seen, who=ref).current.ref)
        except RegistryError as error:
            told.append(str(error))

    threads = [threading.Thread(target=go, args=(ref,)) for ref in ("zj/1", "zj/2")]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert read_pointer(models).current.ref == won[0]
    assert (len(won), len(told)) == (1, 1)
    assert f"现在用的是 {won[0]}" in told[0]
    assert [line["to"] for line in log(models)] == won


def test_whoever_reads_while_the_pointer_changes_sees_a_whole_one(models):
    """Two hundred changes, four readers: each read is the old one or the new one."""
    seen, stop, failed = [], threading.Event(), []

    def read():
        while not stop.is_set():
            try:
                seen.append(read_pointer(models).current.ref)
            except HomeError as error:
                failed.append(error)

    threads = [threading.Thread(target=read) for _ in range(4)]
    for thread in threads:
        thread.start()
    for _ in range(100):
        point(models, "zj/1", read_pointer(models), who="甲")
        rollback(models, read_pointer(models), who="甲")
    stop.set()
    for thread in threads:
        thread.join()
    assert failed == []
    assert set(seen) == {"default", "zj/1"}
    assert read_pointer(models).serial == len(log(models)) == 200


def test_going_back_leads_to_the_model_before_and_is_logged(models):
    """Twice, and no further than the first."""
    for ref in ("zj/1", "zj/2"):
        point(models, ref, read_pointer(models), who="甲", reason="更好")
    with pytest.raises(RegistryError, match="zj/2 已在使用"):
        point(models, "zj/2", read_pointer(models), who="甲")
    assert rollback(models, read_pointer(models), who="乙").current.ref == "zj/1"
    assert rollback(models, read_pointer(models), who="乙").current.ref == "default"
    with pytest.raises(RegistryError, match="没有用过别的模型"):
        rollback(models, read_pointer(models), who="乙")
    assert [(x["action"], x["from"], x["to"], x["who"], x["reason"]) for x in log(models)] == [
        ("promote", "default", "zj/1", "甲", "更好"),
        ("promote", "zj/1", "zj/2", "甲", "更好"),
        ("rollback", "zj/2", "zj/1", "乙", ""),
        ("rollback", "zj/1", "default", "乙", ""),
    ]


def test_there_is_no_way_back_to_a_model_that_was_changed(models):
    """The pointer stays."""
    for ref in ("zj/1", "zj/2"):
        point(models, ref, read_pointer(models), who="甲")
    change(models / "zj" / "1")
    with pytest.raises(ArtefactError):
        rollback(models, read_pointer(models), who="甲")
    assert read_pointer(models).current.ref == "zj/2"


def test_a_change_that_was_cut_off_before_the_pointer_is_not_in_the_log(models):
    """The line is written first, and counts once the pointer is there."""
    point(models, "zj/1", read_pointer(models), who="甲")
    with (models / LOG).open("a", encoding="utf-8") as stream:
        stream.write(json.dumps({"serial": 2, "action": "promote", "to": "zj/2"}) + "\n")
    assert [line["serial"] for line in log(models)] == [1]
    point(models, "zj/10", read_pointer(models), who="甲")
    assert [line["to"] for line in log(models)] == ["zj/1", "zj/10"]


def test_a_killed_holder_lets_the_lock_go(models):
    """The system frees it with the process."""
    code = (
        "import sys, time, pathlib\n"
        "from classifier.training.registry import locked\n"
        "with locked(pathlib.Path(sys.argv[1])):\n"
        "    print('held', flush=True)\n"
        "    time.sleep(60)\n"
    )
    command = [sys.executable, "-c", code, str(models)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as holder:
        assert holder.stdout.readline() == "held\n"
        os.kill(holder.pid, signal.SIGKILL)
    begun = time.monotonic()
    with locked(models):
        assert time.monotonic() - begun < 2


def test_what_a_killed_training_left_is_no_model(models):
    """It is named, so that it can be removed."""
    half = models / "zj" / ".3-abc123"
    half.mkdir()
    (half / "manifest.json").write_text("{}", encoding="utf-8")
    assert "zj/.3-abc123" not in refs(models)
    assert leftovers(models) == [half]


def test_an_exported_model_comes_back_the_same_under_another_name(models, tmp_path):
    """The file has the same bytes each time; a version is never overwritten."""
    path, again = tmp_path / "m.tar", tmp_path / "n.tar"
    model = export_model(models, "zj/1", path)
    export_model(models, "zj/2", again)
    assert path.read_bytes() == again.read_bytes()
    assert import_model(models, path, "new/1").digest == model
    assert read_manifest(models / "new" / "1").digest == model
    for ref in ("new/1", "default"):
        with pytest.raises(RegistryError, match=r"已存在|不能导入为"):
            import_model(models, path, ref)


@pytest.mark.parametrize("name", ["../evil", "/etc/evil", "evil.pkl", "sub/weights.npy"])
def test_a_parcel_with_anything_else_in_it_is_refused(models, tmp_path, name):
    """And leaves nothing behind."""
    path = tmp_path / "m.tar"
    export_model(models, "zj/1", path)
    with tarfile.open(path, "a") as tar:
        info = tarfile.TarInfo(name)
        tar.addfile(info)
    with pytest.raises(RegistryError, match="不属于模型的内容"):
        import_model(models, path, "new/1")
    assert "new/1" not in refs(models)
    assert leftovers(models) == []
    assert not (tmp_path / "evil").exists()


def test_a_parcel_with_a_link_is_refused(models, tmp_path):
    """Only plain files."""
    path = tmp_path / "m.tar"
    with tarfile.open(path, "w") as tar:
        info = tarfile.TarInfo("weights.npy")
        info.type, info.linkname = tarfile.SYMTYPE, "/etc/passwd"
        tar.addfile(info)
    with pytest.raises(RegistryError, match="不属于模型的内容"):
        import_model(models, path, "new/1")


@pytest.mark.parametrize("data", [b"", b"PK\x03\x04", b"x" * 2000])
def test_a_file_that_is_no_parcel_is_refused(models, tmp_path, data):
    """In words."""
    path = tmp_path / "m.tar"
    path.write_bytes(data)
    with pytest.raises((RegistryError, ArtefactError), match=r"不是导出的模型|没有 manifest"):
        import_model(models, path, "new/1")


@given(st.lists(st.sampled_from(["zj/1", "zj/2", "zj/10", "default", "back"]), max_size=8))
@settings(max_examples=25, deadline=None,
          suppress_health_check=[HealthCheck.function_scoped_fixture])  # fmt: skip
def test_the_model_in_use_is_the_top_of_the_changes_whatever_their_order(models, steps):
    """Promoting pushes, going back pops; every change that took effect stands in the log."""
    for name in (POINTER, LOG):
        (models / name).unlink(missing_ok=True)
    stack, done = ["default"], 0
    for step in steps:
        try:
            if step == "back":
                rollback(models, read_pointer(models), who="甲")
                stack.pop()
            else:
                point(models, step, read_pointer(models), who="甲")
                stack.append(step)
            done += 1
        except RegistryError:
            assert len(stack) == 1 if step == "back" else stack[-1] == step
    pointer = read_pointer(models)
    assert [s.ref for s in pointer.history] == stack
    assert len(log(models)) == pointer.serial == done
    assert pointer.history[0] == Step("default", "")
    assert isinstance(pointer, Pointer)
