"""A provincial scheme of ten concepts and texts for it, written by rule: small and certain."""

from __future__ import annotations

import random
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

PRODUCTS = {
    "P01": ("茶叶", "绿茶", "红茶", "乌龙茶", "茶多酚"),
    "P02": ("丝绸", "真丝面料", "蚕丝被", "缫丝", "丝巾"),
    "P03": ("电动工具", "电锤", "角磨机", "电钻", "电圆锯"),
    "P04": ("船用柴油机", "船舶锚机", "舵机", "船用螺旋桨", "甲板机械"),
    "P05": ("光伏组件", "太阳能电池片", "光伏逆变器", "光伏支架", "单晶硅片"),
    "P06": ("集成电路", "晶圆测试", "芯片封装", "存储芯片", "射频芯片"),
    "P07": ("疫苗", "单克隆抗体", "血液制品", "诊断试剂", "重组蛋白"),
    "P08": ("工业机器人", "机械臂", "谐波减速器", "焊接机器人", "搬运机器人"),
    "P09": ("污水处理设备", "膜生物反应器", "污泥脱水机", "曝气器", "除磷药剂"),
    "P10": ("动漫", "游戏引擎", "数字影视制作", "虚拟现实内容", "动画短片"),
}
ORDINARY = ("速冻水饺", "办公桌椅", "纸箱包装", "塑料拖鞋", "家政服务", "五金批发", "房屋租赁")
FORMS = ("{}的研发、生产和销售", "主要从事{}的制造", "公司专注于{}", "{}", "{}及其配件的加工与销售")
SCHEME = "zj10"


def scheme_text(scheme: str = SCHEME, names: dict[str, str] | None = None) -> str:
    """Return the scheme as YAML; ``names`` gives other notations and names."""
    chosen = names or {n: products[0] for n, products in PRODUCTS.items()}
    lines = [
        f"id: {scheme}",
        "title: {zh: 省重点产业目录, en: Provincial key industries}",
        "source:",
        "  {document: 目录, number: 一号, issuer: 省, date: '2026-01-01', confidence: unconfirmed}",
        "levels: [产业]",
        "concepts:",
    ]
    for notation, name in chosen.items():
        lines += [
            f"  - notation: {notation}",
            f"    label: {{zh: {name}, en: {notation}}}",
            f"    scope: {name}的生产",
            "    excludes: [{what: 其他, see: '-'}]",
            "    confidence: unconfirmed",
        ]
    return "\n".join(lines) + "\n"


def texts(count: int, seed: int = 1) -> list[tuple[str, str]]:
    """Return (text, notation) pairs, all different, every concept and none in turn."""
    chance = random.Random(seed)  # noqa: S311  (no secret is made here)
    notations = [*PRODUCTS, "-"]
    out: dict[str, str] = {}
    number = 0
    while len(out) < count:
        notation = notations[number % len(notations)]
        words = chance.choice(PRODUCTS.get(notation, ORDINARY))
        other = chance.choice(PRODUCTS.get(notation, ORDINARY))
        mark = chance.choice("甲乙丙丁戊己庚辛") + chance.choice("东南西北中")
        text = chance.choice(FORMS).format(f"{mark}牌{words}")
        text += f"，兼营{other}" if chance.random() < 0.5 else ""
        if text not in out:
            out[text] = notation
            number += 1
    return list(out.items())


def write_labels(
    path: Path, rows: list[tuple[str, str]], scheme: str = SCHEME, who: str = "审核员甲"
) -> Path:
    """Write a label file in the wide form."""
    lines = [f"id,text,{scheme},who,when,guide"]
    lines += [f"r{i},{t},{n},{who},2026-03-02,1.2" for i, (t, n) in enumerate(rows, 1)]
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


def write_scheme(folder: Path, text: str | None = None, name: str = SCHEME) -> Path:
    """Write a folder that holds the scheme, and return it."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / f"{name}.yaml").write_text(text or scheme_text(), encoding="utf-8")
    return folder


def small_taxonomy(folder: Path, root: Path) -> Path:
    """Make a taxonomy folder: the schemes that ship, a few terms, no example."""
    folder.mkdir(parents=True)
    for name in ("schemes", "mappings", "restricted.yaml"):
        (folder / name).symlink_to(root / "taxonomy" / name)
    (folder / "terms").mkdir()
    (folder / "examples").mkdir()
    text = (root / "taxonomy" / "terms" / "ordinary.txt").read_text("utf-8")
    (folder / "terms" / "ordinary.txt").write_text("\n\n".join(text.split("\n\n")[:4]), "utf-8")
    return folder
