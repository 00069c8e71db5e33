"""In a real browser: a text tried, an enterprise evaluated, moved and printed; a key made."""

import yaml

from classifier.service.enterprises.store import add_enterprise
from classifier.service.security.roles import Caller, Role
from tests.conftest import ROOT

from .conftest import WIND, click, press

EXAMPLE = ROOT / "classifier/evaluator/examples/firm.yaml"


def _firm(server):
    """Store the example enterprise; return its number."""
    caller = Caller(1, "tests", frozenset({Role.LEAD}))
    data = yaml.safe_load(EXAMPLE.read_text("utf-8"))
    with server.app.state.backend.store.write() as session:
        return add_enterprise(session, data, caller=caller).id


def test_an_enterprise_is_evaluated_moved_and_printed(server, sign_in):
    """The ladder is drawn, a slider moved by key changes the gaps, mistakes show, it prints."""
    lead = sign_in("组长")
    at = f"{server.address}/enterprises/{_firm(server)}"
    lead.goto(f"{at}?tier=champion&on=2026-06-01")
    lead.wait_for_selector("[data-chart=ladder] canvas")
    lead.focus('[name="segment_years"]')
    lead.keyboard.press("End")
    lead.wait_for_selector("#moved >> text=改动了 1 项")
    lead.goto(f"{at}/trace?tier=champion&on=2026-06-01")
    lead.click("[data-unfold=all]")
    assert lead.is_visible("text=工信部政法〔2023〕138号 >> nth=3")
    lead.goto(f"{at}/profile")
    lead.fill('[id="f-credit_code"]', "123")
    lead.wait_for_selector("[aria-invalid=true]")
    assert lead.get_attribute('[id="f-credit_code"]', "aria-invalid") == "true"
    lead.goto(f"{at}/print?tier=srdi&on=2026-06-01")
    lead.emulate_media(media="print")
    assert lead.is_hidden("header.kf-top")
    assert lead.pdf(format="A4").startswith(b"%PDF")


def test_a_text_is_tried_as_it_is_typed(server, sign_in):
    """The fields appear without a button; another scheme's evidence is chosen by key."""
    analyst = sign_in("分析员")
    analyst.goto(f"{server.address}/try")
    analyst.fill("#text", WIND)
    analyst.wait_for_selector("#h-found")
    analyst.focus("#s-foundation")
    analyst.keyboard.press("Space")
    analyst.wait_for_selector("#h-marked >> text=工业六基")
    assert analyst.evaluate("document.activeElement.id") == "s-foundation"


def test_an_admin_makes_a_key_and_verifies_the_log(server, sign_in):
    """The key is shown once; the chain holds."""
    admin = sign_in("管理员")
    admin.goto(f"{server.address}/admin/keys")
    admin.fill("#label", "申报系统")
    press(admin, "Enter")
    assert admin.inner_text("#secret").startswith("kf_")
    admin.goto(f"{server.address}/admin/audit")
    assert admin.locator("#secret").count() == 0
    click(admin, "#verify")
    assert "都对得上" in admin.inner_text("#notice")
    admin.goto(f"{server.address}/model/quality")
    assert "阈值" in admin.inner_text("main")
