"""Reviews: what is worth most comes first, two reviewers never meet, nothing is overwritten."""

import io
import itertools
import threading

import openpyxl
import pytest
from sqlalchemy import select

from classifier.errors import ConflictError, InvalidError
from classifier.service.reviews import agreement, queue, verdicts
from classifier.service.reviews.claims import Claim
from classifier.service.reviews.queue import CaseFilter
from classifier.service.reviews.value import is_double, review_value
from classifier.service.security.roles import Caller, Role
from classifier.service.storage.tables import Case, Verdict

WIND, DESK = "风电主轴轴承的研发、生产和销售", "办公桌椅的批发"
_numbers = itertools.count()


@pytest.fixture
def people(service):
    """Return reviewer, other reviewer, lead."""
    return [service.callers[name] for name in ("审核员甲", "审核员乙", "组长")]


@pytest.fixture
def made(service, people):
    """Return a function that imports one claim and gives back its id."""

    def make(text=WIND, notation="M07", *, double=False, scheme="mp10"):
        words = f"{text}{next(_numbers)}号"
        claim = Claim(1, "示例企业", words, scheme, notation, "normal")
        given = (service.store, service.backend.knowledge, service.settings, [claim])
        queue.import_claims(*given, by=people[2], file="x", digest="x")
        with service.store.write() as session:
            case = session.scalar(select(Case).where(Case.text == words))
            case.needs = 2 if double else 1
            return case.id

    return make


@pytest.fixture
def decide(service):
    """Return a function that gives a verdict."""

    def say(case_id, who, kind="confirm", **given):
        with service.store.write() as session:
            knowledge = service.backend.knowledge
            return verdicts.decide(session, knowledge, case_id, kind, caller=who, **given)

    return say


def test_value_puts_contradiction_doubt_and_stake_first():
    """A contradicted claim comes before an unsure one, that before a sure one; stakes double."""
    order = [
        review_value("contradicted", 0.02, "accept", "high"),
        review_value("contradicted", 0.02, "accept", "normal"),
        review_value("uncertain", 0.3, "review", "low"),
        review_value("supported", 0.97, "accept", "normal"),
    ]
    assert sorted(order, reverse=True) == order


def test_the_double_share_is_met_and_does_not_change():
    """A fifth of many cases, the same ones each time, others under another seed."""
    marks = [str(n) for n in range(5000)]
    chosen = [is_double(mark, 0.2, "a") for mark in marks]
    assert pytest.approx(sum(chosen) / 5000, abs=0.02) == 0.2
    assert chosen == [is_double(mark, 0.2, "a") for mark in marks]
    assert chosen != [is_double(mark, 0.2, "b") for mark in marks]


def test_import_names_bad_rows_and_knows_what_is_there(service):
    """Chinese headings, GB18030, several claims a row; a second import adds nothing."""
    lines = [
        "企业名称,产品描述,申报领域,重要程度",
        f"示例甲,{WIND}导入,mp10:M07；foundation:F1,高",
        f"示例乙,{WIND}导入,mp10:电力装备,",
        "示例丙,,mp10:M07,",
        f"示例丁,{WIND}导入,mp10:M99,",
        f"示例戊,{WIND}导入,mp10:M07,很高",
    ]
    for encoding, added in (("gb18030", 3), ("utf-8-sig", 0)):
        data = "\r\n".join(lines).encode(encoding)
        files = {"file": ("申报.csv", data, "text/csv")}
        body = service.post("/v1/reviews/imports", "组长", files=files).json()
        found = (body["added"], body["known"], body["refused"])
        assert (added, 3 - added, 3) == found
        assert [p["field"] for p in body["problems"]] == ["text", "claim", "stake"]


def test_import_reads_workbooks_and_refuses_what_is_none(service):
    """XLSX as CSV; another ending 415, a lie about the ending 415, no such column 422."""
    book = openpyxl.Workbook()
    book.active.append(["text", "claim"])
    book.active.append([f"{WIND}工作簿", "mp10:M07"])
    stream = io.BytesIO()
    book.save(stream)
    bomb = b"PK\x03\x04 no workbook"
    tries = [
        ("a.xlsx", stream.getvalue(), 201),
        ("a.exe", b"x", 415),
        ("a.xlsx", bomb, 415),
        ("a.csv", b"a\0b", 415),
        ("a.csv", b"\xff\xff\xff", 415),
        ("a.csv", b"", 422),
        ("a.csv", b"claim\nmp10:M07\n", 422),
        ("../../etc/a.csv", f"text,claim\n{WIND}路径,mp10:M07\n".encode(), 201),
    ]
    for name, data, status in tries:
        answer = service.post("/v1/reviews/imports", "组长", files={"file": (name, data)})
        assert status == answer.status_code, (name, answer.text)


def test_a_prediction_is_frozen_and_counts_for_nothing(service, made):
    """A case carries a decision record and no verdict; it is open however sure the model is."""
    case_id = made()
    view = service.get(f"/v1/reviews/cases/{case_id}", "审核员甲").json()
    assert (view["case"]["state"], view["case"]["given"], view["verdicts"]) == ("open", 0, [])
    assert service.backend.knowledge.versions.to_json() == view["record"]["versions"]
    span = view["record"]["verification"]["evidence_for"]["spans"][0]
    text = view["record"]["input"]["text"]
    assert text[span["start"] : span["end"]] == span["text"]
    assert view["claimed"]["scope"]
    assert "sibling" in {near["why"] for near in view["near"]}


def test_two_reviewers_never_get_the_same_case(service, made, people):
    """Two threads that ask for the next case over and over share none."""
    for _ in range(12):
        made(DESK, "M01")
    taken = {0: [], 1: []}
    met = threading.Barrier(2)

    def work(who):
        met.wait()
        for _ in range(6):
            with service.store.write() as session:
                row = queue.next_case(session, CaseFilter(), caller=people[who], minutes=15)
            taken[who].append(row.id)
            with service.store.write() as session:
                knowledge = service.backend.knowledge
                verdicts.decide(session, knowledge, row.id, "out_of_scope", caller=people[who])

    threads = [threading.Thread(target=work, args=(who,)) for who in taken]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [len(cases) for cases in taken.values()] == [6, 6]
    assert not set(taken[0]) & set(taken[1])


def test_one_lease_at_a_time_wins_under_many_threads(service, made):
    """Of eight who take the same case at once exactly one gets it."""
    case_id = made()
    got, refused = [], set()
    met = threading.Barrier(8)

    def work(number):
        who = Caller(service.callers["审核员甲"].user_id + number % 2, str(number), frozenset())
        met.wait()
        try:
            with service.store.write() as session:
                queue.take_lease(session, case_id, caller=who, minutes=15)
            got.append(who.user_id)
        except ConflictError as error:
            refused.add(error.reason)

    threads = [threading.Thread(target=work, args=(number,)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(set(got)) == 1
    assert refused == {"leased"}


def test_a_lease_runs_out_and_can_be_given_back(service, made, people):
    """After its time, or when it is given back, somebody else may take the case."""
    case_id = made()
    with service.store.write() as session:
        queue.take_lease(session, case_id, caller=people[0], minutes=-1)
        queue.take_lease(session, case_id, caller=people[1], minutes=15)
        with pytest.raises(ConflictError):
            queue.take_lease(session, case_id, caller=people[0], minutes=15)
        queue.release(session, case_id, caller=people[0])
        with pytest.raises(ConflictError):
            queue.take_lease(session, case_id, caller=people[0], minutes=15)
        queue.release(session, case_id, caller=people[1])
        queue.take_lease(session, case_id, caller=people[0], minutes=15)


def test_one_verdict_settles_a_single_case_and_undo_opens_it_again(service, made, people, decide):
    """Undo adds a row; the verdict that was taken back stays readable."""
    case_id = made()
    assert decide(case_id, people[0], "correct", notation="M01", reason="主导").state == "settled"
    with pytest.raises(ConflictError, match="已定"):
        decide(case_id, people[1])
    with service.store.write() as session:
        with pytest.raises(ConflictError, match="没有可撤销"):
            verdicts.undo(session, case_id, caller=people[1])
        assert verdicts.undo(session, case_id, caller=people[0]).state == "open"
        with pytest.raises(ConflictError, match="没有可撤销"):
            verdicts.undo(session, case_id, caller=people[0])
        found = verdicts.verdicts_of(session, case_id)
        assert [(v.kind, v.undone) for v in found] == [("correct", True)]
        kinds = session.scalars(select(Verdict.kind).where(Verdict.case_id == case_id))
        assert sorted(kinds) == ["correct", "undo"]
    assert decide(case_id, people[1]).state == "settled"


WRONG = [
    ("correct", None, "须填"),
    ("correct", "M99", "没有"),
    ("correct", "M07", "相同"),
    ("confirm", "M01", "只有更正"),
    ("maybe", None, "没有结论"),
]


@pytest.mark.parametrize(("kind", "notation", "words"), WRONG)
def test_a_wrong_verdict_is_refused_and_leaves_no_lease(
    service, made, people, decide, kind, notation, words
):
    """The notation goes with a correction, and only with one."""
    case_id = made()
    with pytest.raises(InvalidError, match=words):
        decide(case_id, people[0], kind, notation=notation)
    with service.store.read() as session:
        assert queue.get_row(session, case_id, caller=people[0]).lease_by is None


def test_a_double_review_is_blind_until_both_have_spoken(service, made, people, decide):
    """Neither verdict nor remark of the first is seen by the second; agreement settles."""
    case_id = made(double=True)
    assert decide(case_id, people[0], reason="我的理由").state == "open"
    body = {"text": "我的备注"}
    assert (
        service.post(f"/v1/reviews/cases/{case_id}/comments", "审核员甲", json=body).status_code
        == 201
    )
    other = service.get(f"/v1/reviews/cases/{case_id}", "审核员乙")
    assert "我的" not in other.text
    assert (other.json()["hidden"], other.json()["case"]["given"]) == (True, 1)
    own = service.get(f"/v1/reviews/cases/{case_id}", "审核员甲").json()
    assert len(own["verdicts"]) == 1
    with pytest.raises(ConflictError, match="已经判过"):
        decide(case_id, people[0])
    assert decide(case_id, people[1]).state == "settled"
    both = service.get(f"/v1/reviews/cases/{case_id}", "审核员乙").json()
    assert (both["hidden"], len(both["verdicts"]), len(both["comments"])) == (False, 2, 1)


def test_a_disagreement_goes_to_a_lead_who_took_no_part(service, made, people, decide):
    """Disputed cases are settled by adjudication with a reason, and then for good."""
    case_id = made(double=True)
    decide(case_id, people[0], "confirm")
    assert decide(case_id, people[1], "partial").state == "disputed"
    blind = service.get(f"/v1/reviews/cases/{case_id}", "审核员甲").json()
    assert (blind["hidden"], len(blind["verdicts"])) == (True, 1)
    url = f"/v1/reviews/cases/{case_id}/adjudication"
    assert service.post(url, "组长", json={"kind": "confirm"}).status_code == 422
    double_hatted = Caller(people[0].user_id, "x", frozenset({Role.LEAD, Role.REVIEWER}))
    with service.store.write() as session, pytest.raises(ConflictError, match="参加过"):
        verdicts.adjudicate(
            session,
            service.backend.knowledge,
            case_id,
            "confirm",
            caller=double_hatted,
            reason="x",
        )
    answer = service.post(url, "组长", json={"kind": "partial", "reason": "兼营"}).json()
    assert (answer["state"], answer["outcome"]) == ("settled", "partial")
    assert service.post(url, "组长", json={"kind": "confirm", "reason": "x"}).status_code == 409
    undone = service.post(f"/v1/reviews/cases/{case_id}/undo", "审核员甲")
    assert (undone.status_code, undone.json()["code"]) == (409, "adjudicated")


def test_exported_verdicts_cannot_be_taken_back(service, made, people, decide):
    """An export freezes labels; the next one holds only what is new."""
    outcomes = {
        "confirm": ("M07", "primary"),
        "partial": ("M07", "also"),
        "out_of_scope": ("-", "primary"),
        "undecidable": None,
    }
    cases = {made(): kind for kind in outcomes}
    for case_id, kind in cases.items():
        decide(case_id, people[0], kind)
    corrected = made()
    decide(corrected, people[0], "correct", notation="M01")
    body = service.post("/v1/reviews/exports", "分析员").json()
    labels = {row["case"]: (row["notation"], row["kind"]) for row in body["items"]}
    assert [outcomes[k] for k in cases.values()] == [labels.get(c) for c in cases]
    assert labels[corrected] == ("M01", "primary")
    undone = service.post(f"/v1/reviews/cases/{corrected}/undo", "审核员甲")
    assert (undone.status_code, undone.json()["code"]) == (409, "exported")
    assert service.post("/v1/reviews/exports", "分析员").status_code == 409
    for kind, start in (("csv", b"\xef\xbb\xbfcase,"), ("xlsx", b"PK"), ("jsonl", b'{"case"')):
        file = service.get(f"/v1/reviews/exports/{body['id']}?format={kind}", "分析员")
        assert file.content.startswith(start)
    assert service.get("/v1/reviews/exports/99999", "分析员").status_code == 404
    held = service.get("/v1/reviews/labels?exported=true&scheme=mp10", "组长").json()["items"]
    assert labels.keys() <= {row["case"] for row in held}


def test_no_text_becomes_a_formula(service, people, decide):
    """A text that begins like a formula is shown, not computed."""
    text = "=HYPERLINK(轴承)"
    assert service.claims([("=1+1", text, "mp10:M07", "")]).status_code == 201
    with service.store.read() as session:
        case_id = session.scalar(select(Case.id).where(Case.text == text))
    decide(case_id, people[0])
    made = service.post("/v1/reviews/exports", "分析员").json()
    file = service.get(f"/v1/reviews/exports/{made['id']}", "分析员").text
    assert "'=HYPERLINK" in file
    assert ",'=1+1," in file


def test_the_queue_by_the_api(service, made):
    """Next, lease, decide, progress: as the pages and other programs use it."""
    made(DESK, "M05")
    row = service.post("/v1/reviews/next", "审核员甲").json()["case"]
    assert row["lease_by"] == "审核员甲"
    refused = service.post(f"/v1/reviews/cases/{row['id']}/lease", "审核员乙")
    assert (refused.status_code, refused.json()["code"]) == (409, "leased")
    url = f"/v1/reviews/cases/{row['id']}"
    assert service.send("DELETE", f"{url}/lease", "审核员甲").status_code == 204
    assert service.post(f"{url}/lease", "审核员乙").status_code == 200
    done = service.post(f"{url}/verdicts", "审核员乙", json={"kind": "out_of_scope"})
    assert (done.json()["state"], done.status_code) == ("settled", 201)
    progress = service.get("/v1/reviews/progress", "审核员乙").json()["progress"]
    assert progress["mine_today"] >= 1
    assert progress["total"] == progress["open"] + progress["disputed"] + progress["settled"]
    found = service.get("/v1/reviews/cases?state=open&size=200", "组长").json()
    values = [case["value"] for case in found["items"]]
    assert sorted(values, reverse=True) == values
    none = service.get("/v1/reviews/cases?words=绝无此词", "组长").json()
    assert (none["total"], none["items"]) == (0, [])


def test_kappa_and_alpha_of_known_tables():
    """Cohen's textbook table, and Krippendorff's example without missing values."""
    pairs = [("y", "y")] * 20 + [("y", "n")] * 5 + [("n", "y")] * 10 + [("n", "n")] * 15
    assert pytest.approx(agreement.cohen_kappa(pairs)) == 0.4
    one = [0, 1, 0, 0, 0, 0, 0, 0, 1, 0]
    other = [1, 1, 1, 0, 0, 1, 0, 0, 0, 0]
    units = list(zip(one, other, strict=True))
    assert pytest.approx(agreement.krippendorff_alpha(units), abs=0.001) == 0.095
    assert agreement.cohen_kappa([]) is None
    assert agreement.krippendorff_alpha([("a", "a")]) is None


def test_agreement_counts_double_reviews_only(service, made, people, decide):
    """By scheme and reviewer, with how often adjudication upheld them."""
    before = service.get("/v1/reviews/agreement", "组长").json()["agreement"]["whole"]["cases"]
    for kinds in (("confirm", "confirm"), ("confirm", "partial")):
        case_id = made(double=True)
        for who, kind in zip(people, kinds, strict=False):
            decide(case_id, who, kind)
    body = {"kind": "confirm", "reason": "主导产品"}
    service.post(f"/v1/reviews/cases/{case_id}/adjudication", "组长", json=body)
    report = service.get("/v1/reviews/agreement", "组长").json()["agreement"]
    assert before + 2 == report["whole"]["cases"]
    first = next(r for r in report["reviewers"] if r["name"] == "审核员甲")
    assert first["upheld"] >= 1
    assert -1 <= report["schemes"][0]["alpha"] <= 1
