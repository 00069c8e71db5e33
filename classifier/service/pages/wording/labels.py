"""Words of the export of decided cases."""

from __future__ import annotations

TEXTS = {
    "labels.title": ("结果导出", "Export of results"),
    "labels.decided": ("已定案件", "Decided cases"),
    "labels.decided_about": (
        "全部已定案件：申报、模型判断、各人结论与理由、结果。可随时下载，不影响撤销。",
        "All decided cases: claim, prediction, verdicts with reasons, outcome. Nothing is frozen.",
    ),
    "labels.count": ("{n} 件", "{n} cases"),
    "labels.download": ("下载 {kind}", "Download {kind}"),
    "labels.training": ("训练标注", "Training labels"),
    "labels.training_about": (
        "把新的标注冻结成一批，供重新训练使用。冻结后，这些案件的结论不能再撤销。",
        "Freezes new labels as a batch for training. Their verdicts can no longer be undone.",
    ),
    "labels.waiting": ("尚未导出的标注：{n} 条", "Labels not exported yet: {n}"),
    "labels.freeze": ("冻结并导出", "Freeze and export"),
    "labels.sure": (
        "冻结 {n} 条标注？这些案件的结论此后不能撤销。",
        "Freeze {n} labels? Their verdicts can no longer be undone.",
    ),
    "labels.done": ("已导出第 {id} 批。", "Batch {id} is exported."),
    "labels.past": ("以往批次", "Earlier batches"),
    "labels.batch": ("批次", "Batch"),
    "labels.when": ("时间", "When"),
    "labels.by": ("导出人", "By"),
    "labels.rows": ("条数", "Labels"),
    "labels.files": ("文件", "Files"),
    "labels.text": ("产品描述", "Product description"),
    "labels.label": ("标注", "Label"),
    "labels.verdict": ("结论", "Verdict"),
    "labels.also": ("可兼归", "also"),
    "labels.preview": ("待导出的标注（前 {n} 条）", "Labels to export (first {n})"),
}
