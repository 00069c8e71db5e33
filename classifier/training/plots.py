"""Pictures as SVG text, the same bytes for the same data; words stay words."""

from __future__ import annotations

import io
import logging
import warnings
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from classifier.training.extras import extra

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

REFERENCE, RECENT = "#8a94a6", "#1f5fa8"
FONTS = ("Noto Sans CJK SC", "Source Han Sans SC", "Microsoft YaHei", "PingFang SC", "sans-serif")
_DPI = 72


@contextmanager
def canvas(
    width: float, height: float, rows: int = 1, columns: int = 1
) -> Iterator[tuple[Any, Any]]:
    """Give figure and axes (an array of them if there are several) in the house style.

    Sizes are in inches.
    """
    with extra("analyst"):
        import matplotlib  # noqa: PLC0415  (a quarter of a second, and only reports need it)
        from matplotlib.figure import Figure  # noqa: PLC0415

    logging.getLogger("matplotlib.font_manager").setLevel(logging.ERROR)
    style: Any = {
        "font.family": list(FONTS),
        "font.size": 9,
        "svg.fonttype": "none",  # the browser sets the words, in a font that it has
        "svg.hashsalt": "keyfield",
        "axes.spines.top": False,
        "axes.spines.right": False,
        "axes.unicode_minus": False,
    }
    with matplotlib.rc_context(style), warnings.catch_warnings():
        warnings.filterwarnings("ignore", message="Glyph .* missing from font")
        figure = Figure(figsize=(width, height), dpi=_DPI, layout="constrained")
        yield figure, figure.subplots(rows, columns)


def svg(figure: Any) -> str:
    """Return a figure as SVG text."""
    out = io.StringIO()
    figure.savefig(out, format="svg", metadata={"Date": None, "Creator": None})
    text = out.getvalue()
    return text[text.index("<svg") :]


def shares(reference: Mapping[str, float], recent: Mapping[str, float], title: str) -> str:
    """Return paired bars: the share of each concept on both sides, 0 to 1."""
    names = list(dict.fromkeys([*reference, *recent]))
    with canvas(7.2, 0.32 * len(names) + 1.1) as (figure, axes):
        places = range(len(names))
        axes.barh(
            [p - 0.2 for p in places], [reference.get(n, 0) for n in names], 0.38,
            color=REFERENCE, label="参照",
        )  # fmt: skip
        axes.barh(
            [p + 0.2 for p in places], [recent.get(n, 0) for n in names], 0.38,
            color=RECENT, label="近期",
        )  # fmt: skip
        axes.set_yticks(list(places), names)
        axes.invert_yaxis()
        axes.set_xlabel("占比")
        axes.set_title(title, loc="left")
        axes.legend(frameon=False)
        return svg(figure)


def limits(values: Sequence[tuple[str, float]], warn: float, alarm: float, title: str) -> str:
    """Return bars with two lines: from where it warns, from where it alarms."""
    with canvas(7.2, 0.34 * max(1, len(values)) + 1.1) as (figure, axes):
        names = [name for name, _ in values]
        colours = [
            "#b3261e" if v >= alarm else "#c77700" if v >= warn else RECENT for _, v in values
        ]
        axes.barh(range(len(names)), [v for _, v in values], 0.6, color=colours)
        axes.axvline(warn, color="#c77700", linewidth=1, linestyle="--")
        axes.axvline(alarm, color="#b3261e", linewidth=1)
        axes.set_yticks(range(len(names)), names)
        axes.invert_yaxis()
        axes.set_title(title, loc="left")
        return svg(figure)


def densities(reference: Sequence[float], recent: Sequence[float], title: str) -> str:
    """Return two outlined histograms of probabilities, 0 to 1, each of area one."""
    with canvas(7.2, 2.6) as (figure, axes):
        for values, colour, label in (
            (reference, REFERENCE, "参照"),
            (recent, RECENT, "近期"),
        ):
            axes.hist(
                values, bins=20, range=(0, 1), density=True, histtype="step", linewidth=1.6,
                color=colour, label=label,
            )  # fmt: skip
        axes.set_xlabel("首选概率")
        axes.set_ylabel("密度")
        axes.set_title(title, loc="left")
        axes.legend(frameon=False, loc="upper left")
        return svg(figure)
