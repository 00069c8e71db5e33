"""Words of double review: disagreements, adjudication, agreement."""

from __future__ import annotations

TEXTS = {
    "disputes.title": ("分歧裁定", "Disagreements"),
    "disputes.about": (
        "两位审核员独立判断后结论不同的案件；裁定须写明理由，参加过复核的人不能裁定。",
        (
            "Cases on which two reviewers decided differently; settling needs a reason, and nobody "
            "settles a case that they reviewed."
        ),
    ),
    "disputes.none": ("没有待裁定的案件。", "Nothing is left to settle."),
    "disputes.first": ("审核员一", "First reviewer"),
    "disputes.second": ("审核员二", "Second reviewer"),
    "disputes.settle": ("裁定", "Settle"),
    "disputes.settle_label": ("裁定案件 {id}", "Settle case {id}"),
    "disputes.own": ("参加过复核，不能裁定", "You reviewed it"),
    "disputes.found": ("共 {n} 件待裁定", "{n} to settle"),
    "agreement.title": ("复核一致性", "Agreement of reviewers"),
    "agreement.about": (
        (
            "只计两人都已判断的双人复核案件。κ（Cohen）与 α（Krippendorff）都扣除偶然一致："
            "1 为完全一致，0 相当于碰运气；只出现一种结论时无法计算。"
        ),
        (
            "Double-reviewed cases with both verdicts. Kappa (Cohen) and alpha (Krippendorff) take "
            "chance out: 1 is full agreement, 0 is luck; with one single answer they are undefined."
        ),
    ),
    "agreement.few": (
        "案件少于 {n} 件的数值不稳，只供参考。",
        "Figures from fewer than {n} cases are unstable.",
    ),
    "agreement.none": (
        "还没有两人都判过的案件。",
        "No case has two verdicts yet.",
    ),
    "agreement.whole": ("合计", "In all"),
    "agreement.by_scheme": ("按分类", "By scheme"),
    "agreement.by_reviewer": ("按审核员", "By reviewer"),
    "agreement.scheme": ("分类", "Scheme"),
    "agreement.reviewer": ("审核员", "Reviewer"),
    "agreement.cases": ("案件", "Cases"),
    "agreement.agreed": ("一致", "Agreed"),
    "agreement.share": ("一致率", "Share"),
    "agreement.kappa": ("κ", "κ"),
    "agreement.alpha": ("α", "α"),
    "agreement.adjudicated": ("经裁定", "Adjudicated"),
    "agreement.upheld": ("其中维持", "Upheld"),
    "agreement.chart": (
        "各分类的 κ 与 α（数值见左表）",
        "κ and α by scheme (figures in the table)",
    ),
}
