"""Words: jieba's dictionary algorithm (HMM off), cut by its native port.

The dictionary is the project's own (a part of jieba's with the lexicon's terms) and is
carried by the artefact, so the same text gives the same words for ever.
"""

from __future__ import annotations

import importlib.machinery
import importlib.util
import math
import sys
from functools import cache
from typing import TYPE_CHECKING, Any

import numpy as np

from classifier.text.codes import BREAK, encoded

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from numpy.typing import NDArray

FEW = 20_000
"""Characters, of all texts so far, up to which only words that can occur go into the cutter."""

_REST = "\ue000"  # a private-use character that no text holds after masking


@cache
def _native() -> Any:
    """Return rjieba's native module without the default dictionary.

    ``import rjieba`` loads a dictionary of 350,000 words that is not used here and costs
    a tenth of a second, more than NumPy's import; the native module alone costs 7 ms.
    """
    package = importlib.util.find_spec("rjieba")
    if package is None or not package.submodule_search_locations:
        raise ModuleNotFoundError("rjieba is not installed; pip install -r requirements.lock")
    name = "rjieba.rjieba"
    if name in sys.modules:
        return sys.modules[name]
    finder = importlib.machinery.PathFinder
    spec = finder.find_spec(name, list(package.submodule_search_locations))
    if spec is None or spec.loader is None:
        raise ModuleNotFoundError("rjieba's native module was not found; reinstall rjieba")
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module
    spec.loader.exec_module(module)
    return module


class Words:
    """A dictionary of words with how frequent each is, of which a few are taken out at a time.

    To make a mapping of all takes longer than a whole answer.

    Parameters
    ----------
    lines
        The words, a line each.
    counts
        Their frequencies, shape (words,).
    """

    def __init__(self, lines: str, counts: NDArray[np.integer[Any]]) -> None:
        codes = encoded([lines] if lines else [])
        self._lines = lines
        self._counts = counts
        self._ends = (codes == BREAK).nonzero()[0]
        self._begins = np.zeros(len(self._ends), dtype=np.int64)
        self._begins[1:] = self._ends[:-1] + 1
        self._firsts = codes.take(self._begins)
        self.total = int(counts.sum())
        self.longest = int((self._ends - self._begins).max(initial=1))

    @classmethod
    def of(cls, frequencies: Mapping[str, int]) -> Words:
        """Return the words of a mapping."""
        return cls("\n".join(frequencies), np.array([*frequencies.values()], dtype=np.int64))

    def beginning(self, chars: Iterable[str]) -> dict[str, int]:
        """Return those words that begin with one of some characters."""
        codes = np.array([ord(char) for char in chars], dtype=np.uint32)
        return self._at(np.isin(self._firsts, codes, kind="table").nonzero()[0])

    def all(self) -> dict[str, int]:
        """Return all words."""
        return self._at(np.arange(len(self._ends)))

    def _at(self, rows: NDArray[np.int64]) -> dict[str, int]:
        lines = self._lines
        begins, ends = self._begins.take(rows).tolist(), self._ends.take(rows).tolist()
        words = [lines[begin:end] for begin, end in zip(begins, ends, strict=True)]
        return dict(zip(words, self._counts.take(rows).tolist(), strict=True))


class Segmenter:
    """Cuts masked texts into words.

    Parameters
    ----------
    words
        Dictionary words in canonical form, each with how frequent it is.
    """

    def __init__(self, words: Words | Mapping[str, int]) -> None:
        self._words = words if isinstance(words, Words) else Words.of(words)
        self._whole: Any = None
        self._seen = 0

    def fill(self) -> Any:
        """Take in the whole dictionary, once for all, and return the cutter."""
        if self._whole is None:
            self._whole = self._filled(self._words.all())
        return self._whole

    def _cutter(self, texts: Sequence[str]) -> Any:
        self._seen += sum(map(len, texts))
        if self._whole is not None or self._seen > FEW:
            return self.fill()
        return self._filled(self._possible(texts))

    def _possible(self, texts: Sequence[str]) -> dict[str, int]:
        runs = {run for text in texts for run in text.split()}
        known, longest = self._words.beginning(set().union(*runs)), self._words.longest
        return {
            piece: known[piece]
            for run in runs
            for start in range(len(run))
            for end in range(start + 1, min(len(run), start + longest) + 1)
            if (piece := run[start:end]) in known
        }

    def _filled(self, words: Mapping[str, int]) -> Any:
        cutter = _native().Jieba.empty()
        left = self._words.total
        for word, frequency in words.items():
            cutter.add_word(word, frequency, "n")
            left -= frequency
        if left > 0:  # the route's probabilities hang on the dictionary's total
            cutter.add_word(_REST, left, "x")
        return cutter

    def cut(self, texts: Sequence[str]) -> list[list[str]]:
        """Return the words of each text; together they are the text again."""
        cutter = self._cutter(texts)
        cut = cutter.cut
        return [cut(text, False) for text in texts]  # noqa: FBT003  (a native signature)


def term_frequency(length: int) -> int:
    """Return the frequency under which a lexicon term of this length wins as one word.

    Jieba multiplies probabilities along a route, so a word wins over its parts when its
    frequency is above the product of theirs over the total; this grows with the length.
    """
    return math.ceil(20 * length)
