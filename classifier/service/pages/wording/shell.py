"""Words of the frame around every page, and of errors."""

from __future__ import annotations

TEXTS = {
    "shell.name": ("重点领域复核工作台", "Key-field review workbench"),
    "shell.skip": ("跳到正文", "Skip to content"),
    "shell.navigation": ("主导航", "Main navigation"),
    "shell.sign_out": ("退出", "Sign out"),
    "shell.language": ("English", "中文"),
    "shell.language_label": ("Switch to English", "切换到中文"),
    "shell.versions": (
        "模型 {model} · 分类 {taxonomy} · 规则 {rules}",
        "Model {model} · taxonomy {taxonomy} · rules {rules}",
    ),
    "shell.pages": ("分页", "Pages"),
    "shell.previous": ("上一页", "Previous"),
    "shell.next": ("下一页", "Next"),
    "shell.page_of": ("第 {page} / {pages} 页", "Page {page} of {pages}"),
    "shell.none": ("无", "None"),
    "shell.offline": (
        "连不上服务，刚才的操作没有完成。请稍后再试。",
        "The service cannot be reached; nothing was done. Try again later.",
    ),
    "shell.all": ("全部", "All"),
    "shell.unknown": ("—", "—"),
    "concept.none": ("不属于本分类", "none of this scheme"),
    "nav.queue": ("复核队列", "Queue"),
    "nav.imports": ("导入申报", "Import"),
    "nav.disputes": ("分歧裁定", "Disagreements"),
    "nav.agreement": ("一致性", "Agreement"),
    "nav.labels": ("结果导出", "Export"),
    "failure.what_to_do": ("可以这样做：", "What to do:"),
    "failure.start": ("回到首页", "Back to the start"),
    "failure.id": ("请求编号", "Request id"),
    "failure.more": ("逐项说明", "Item by item"),
}
