"""Libraries that only some commands need, and that an installation may lack."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

from classifier.errors import LibraryError

if TYPE_CHECKING:
    from collections.abc import Iterator


@contextmanager
def extra(name: str) -> Iterator[None]:
    """Say which extra to install where an import within fails.

    Raises
    ------
    LibraryError
        A library is not there.
    """
    try:
        yield
    except ImportError as error:
        missing = error.name or str(error)
        raise LibraryError(f"缺少 {missing}；请运行 pip install 'keyfield[{name}]'") from None
