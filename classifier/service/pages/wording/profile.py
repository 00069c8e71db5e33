"""Words of the form of a profile."""

from __future__ import annotations

TEXTS = {
    "profile.new": ("新建企业", "Add an enterprise"),
    "profile.title": ("档案：{name}", "Profile: {name}"),
    "profile.about": (
        "不填即未知；金额为万元，占比为%。边填边核对，有误的栏目会标出。",
        "Blank means unknown. Money in ×10k CNY, shares in %. Fields are checked as you type.",
    ),
    "profile.save": ("保存", "Save"),
    "profile.cancel": ("取消", "Cancel"),
    "profile.filled": ("已填 {n} 项", "{n} filled"),
    "profile.good": ("填写无误。", "Everything fits."),
    "profile.wrong": ("{n} 处有误：", "{n} to mend:"),
    "profile.wrong_here": ("{n} 处有误", "{n} to mend"),
    "profile.problems": ("核对结果", "Check"),
    "profile.whole": ("整体", "Whole"),
    "profile.unknown": ("未知", "unknown"),
    "profile.yes": ("是", "yes"),
    "profile.no": ("否", "no"),
    "profile.evidence": ("佐证", "Evidence"),
    "profile.evidence_of": ("{title}的佐证", "Evidence for {title}"),
    "profile.figure": ("年度数据（万元、人）", "Figures (×10k CNY, persons)"),
    "profile.figure_of": ("{year}年{title}", "{title} {year}"),
    "profile.state": ("{title}：有没有", "{title}: any?"),
    "profile.state.unknown": ("未知", "unknown"),
    "profile.state.none": ("没有", "none"),
    "profile.state.some": ("逐项列出", "listed"),
    "profile.item": ("{title}第 {n} 项", "{title}, no. {n}"),
    "profile.add": ("添加一项：{title}", "Add: {title}"),
    "profile.remove": ("删去这一项", "Remove this item"),
}
