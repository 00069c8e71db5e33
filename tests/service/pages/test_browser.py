"""The workbench in a real browser: a lead imports, reviewers decide by keyboard, a lead settles."""

import csv
import io
import re

from .conftest import click, press

CLAIMS = 200


def _claims():
    """Return a file of 200 claims, and a row that is refused."""
    out = io.StringIO()
    table = csv.writer(out)
    table.writerow(["企业名称", "主导产品", "申报领域"])
    for number in range(CLAIMS):
        field = f"mp10:M{number % 10 + 1:02d}"
        table.writerow([f"示例企业{number}", f"第{number}种风电主轴轴承的研发、生产和销售", field])
    table.writerow(["示例企业", "轴承", "mp10:M77"])
    return out.getvalue().encode()


def _focused(page):
    return page.evaluate("document.activeElement.id")


def test_a_claim_goes_from_import_to_export(server, sign_in):
    """Import 200 claims, decide ten by keyboard, undo one, settle a disagreement, export, print."""
    lead = sign_in("组长")
    _import(lead, server)
    _decide_ten(sign_in("审核员甲"), server)
    second = sign_in("审核员乙")
    decided = _disagree(second, server)
    _settle(lead, server)
    _export(sign_in("分析员"), server)
    second.goto(f"{server.address}/cases/{decided}/print")
    second.emulate_media(media="print")
    assert second.is_hidden("header.kf-top")
    assert second.pdf(format="A4").startswith(b"%PDF")


def _import(lead, server):
    lead.goto(f"{server.address}/imports")
    lead.set_input_files("#file", {"name": "x.csv", "mimeType": "text/csv", "buffer": _claims()})
    click(lead, "main button.btn-primary")
    assert f"新入列 {CLAIMS} 件" in lead.inner_text("#notice")
    assert "M77" in lead.inner_text("#bad ~ table")


def _decide_ten(reviewer, server):
    reviewer.goto(f"{server.address}/queue?whose=double")
    reviewer.keyboard.press("j")
    assert _focused(reviewer).startswith("row-")
    press(reviewer, "n")
    for _ in range(10):
        reviewer.keyboard.press("1")
        press(reviewer, "Enter")
    assert "结论已记录" in reviewer.inner_text("#notice")
    press(reviewer, "u")
    assert "已撤销" in reviewer.inner_text("#notice")
    reviewer.keyboard.press("5")
    press(reviewer, "Enter")
    reviewer.goto(f"{server.address}/queue?state=all")
    assert "我今日10" in "".join(reviewer.inner_text(".kf-tally").split())


def _disagree(reviewer, server):
    """Decide otherwise than the first reviewer; return the case's number."""
    reviewer.goto(f"{server.address}/queue?whose=double")
    press(reviewer, "n")
    reviewer.keyboard.press("2")
    assert _focused(reviewer) == "notation"
    reviewer.keyboard.type("新材料")
    reviewer.wait_for_selector(".kf-preview")
    reviewer.fill("#reason", "主导产品是材料")
    reviewer.focus("#reason")
    press(reviewer, "Control+Enter")
    return re.search(r"decided=(\d+)", reviewer.url)[1]


def _settle(lead, server):
    lead.goto(f"{server.address}/disputes")
    click(lead, "tbody a.btn")
    lead.keyboard.press("1")
    lead.fill("#reason", "按主导产品定")
    press(lead, "Control+Enter")
    assert "已裁定" in lead.inner_text("#notice")
    lead.goto(f"{server.address}/agreement")
    lead.wait_for_selector(".kf-chart canvas")


def _export(analyst, server):
    analyst.goto(f"{server.address}/labels")
    with analyst.expect_download() as download:
        analyst.click("text=下载 CSV")
    assert "按主导产品定" in download.value.path().read_text("utf-8-sig")
    analyst.on("dialog", lambda dialog: dialog.accept())
    click(analyst, "text=冻结并导出")
    assert "已导出" in analyst.inner_text("#notice")


def test_filters_swap_the_list_and_keep_the_focus(server, sign_in):
    """A changed filter swaps the rows, tells the count, keeps focus and address."""
    reviewer = sign_in("审核员乙")
    reviewer.goto(f"{server.address}/queue?state=all")
    before = reviewer.inner_text("#found")
    reviewer.focus("#f-scheme")
    reviewer.select_option("#f-scheme", "mp10")
    reviewer.wait_for_url("**/queue?*scheme=mp10*")
    reviewer.select_option("#f-claimed", "M03")
    reviewer.wait_for_url("**claimed=M03*")
    reviewer.wait_for_function(
        "before => document.querySelector('#found').innerText !== before", arg=before
    )
    assert {"M03"} == {
        cell.split()[1] for cell in reviewer.locator("tbody td:nth-child(3)").all_inner_texts()
    }


def test_a_remark_is_added_without_leaving_and_keys_can_be_switched_off(sign_in):
    """The remark appears in place; with shortcuts off a key does nothing, and that is kept."""
    reviewer = sign_in("审核员甲")
    press(reviewer, "n")
    reviewer.keyboard.press("c")
    assert _focused(reviewer) == "comment"
    reviewer.keyboard.type("请组长看")
    reviewer.keyboard.press("Enter")
    reviewer.wait_for_selector("#comments >> text=请组长看")
    assert reviewer.input_value("#comment") == ""
    reviewer.uncheck("#shortcuts")
    reviewer.reload()
    reviewer.keyboard.press("1")
    assert reviewer.locator("input[name=kind]:checked").count() == 0


def test_the_skip_link_and_the_tab_order_begin_at_the_top(server, sign_in):
    """The first tab stop leads past the navigation."""
    reviewer = sign_in("审核员甲", java_script_enabled=True)
    reviewer.goto(f"{server.address}/queue")
    reviewer.keyboard.press("Tab")
    assert reviewer.evaluate("document.activeElement.className") == "kf-skip"
    reviewer.keyboard.press("Enter")
    assert _focused(reviewer) == "main"


def test_it_works_without_scripts(server, sign_in):
    """Sign-in, filters, taking and deciding need no script."""
    reviewer = sign_in("审核员乙", java_script_enabled=False)
    reviewer.goto(f"{server.address}/queue")
    click(reviewer, "#take-next")
    reviewer.check("input[value=undecidable]", force=True)
    click(reviewer, "#submit")
    assert "结论已记录" in reviewer.inner_text("#notice")
