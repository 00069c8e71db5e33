"""Every error that keyfield raises on purpose.

::

    KeyfieldError                    base; carries a stable code
    ├── DataError                    a file of ours or a user's does not hold what it must
    │   ├── TaxonomyError            a scheme, mapping, lexicon or restricted list is refused
    │   ├── CorpusError              an example file cannot be read at all
    │   ├── InputError               a file to be classified cannot be read at all
    │   ├── RuleError                a rule set of the evaluator is refused
    │   └── ProfileError             an enterprise profile cannot be read
    ├── ArtefactError                a model folder is missing, incomplete or was changed
    ├── RegistryError                a model version cannot be promoted, written or found
    │   └── PromotionError           checks that a model must pass before it is used; lists them
    ├── BatchError                   a batch job cannot be done by the workers that it has
    │   ├── ClusterError             a Dask cluster could not be used
    │   └── JobInterruptedError      a batch job was interrupted and can be resumed
    ├── NotationError                a scheme or notation that does not exist was asked for
    ├── SelectionError               no rule set, tier or reading of that name, or none on that date
    ├── LibraryError                 a library that only some commands need is not installed
    ├── HomeError                    the data folders were not found
    ├── SettingsError                an option or KEYFIELD_ variable of the service is refused
    ├── StorageError                 the database, a backup or the audit log is not as it must be
    └── RequestError                 the service refuses a request; carries the field and what to do
        ├── SignInError              nobody is signed in, or the key or password does not hold
        ├── ForbiddenError           signed in, but the role does not allow it
        ├── MissingError             what was asked for does not exist
        ├── ConflictError            the state of things does not allow it now
        ├── TooLargeError            body, batch or text over a limit
        ├── FormatError              a file of a kind that is not read
        ├── InvalidError             a field does not hold what it must
        ├── TooManyError             more requests than the rate limit allows
        └── BusyError                the service has no room at the moment
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar


class KeyfieldError(Exception):
    """Base of all errors raised on purpose; ``code`` is stable across releases."""

    code: ClassVar[str] = "keyfield"


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing that is wrong in a file, in the words that a person needs to mend it.

    Parameters
    ----------
    file
        Path of the file, as the user named it or relative to the taxonomy.
    line
        Line (text files) or row number, counted from 1; 0 where no line applies.
    field
        Column, key or concept that is wrong; empty where none applies.
    message
        What was found, what was allowed, and what to do.
    """

    file: str
    line: int
    field: str
    message: str

    def __str__(self) -> str:
        where = self.file
        if self.line:
            where += f":{self.line}"
        if self.field:
            where += f" [{self.field}]"
        return f"{where}: {self.message}"


class DataError(KeyfieldError):
    """A file does not hold what it must; ``problems`` lists every place."""

    code = "data"

    def __init__(self, problems: list[Problem]) -> None:
        self.problems = tuple(problems)
        shown = [str(p) for p in problems[:20]]
        if len(problems) > len(shown):
            shown.append(f"… and {len(problems) - len(shown)} more")
        super().__init__("\n".join(shown))


class TaxonomyError(DataError):
    """A scheme, a mapping, the lexicon or the restricted list is refused."""

    code = "taxonomy"


class CorpusError(DataError):
    """A file of labelled examples cannot be read."""

    code = "corpus"


class InputError(DataError):
    """A file to be classified cannot be read."""

    code = "input"


class RuleError(DataError):
    """A rule set, a province's file or the table of selection is refused."""

    code = "rules"


class ProfileError(DataError):
    """An enterprise profile does not hold what it must."""

    code = "profile"


class ArtefactError(KeyfieldError):
    """A model folder is missing, incomplete, of another format, or was changed."""

    code = "artefact"


class RegistryError(KeyfieldError):
    """A model version does not exist, exists already, or another change came first."""

    code = "registry"


class PromotionError(RegistryError):
    """A model was refused; ``reasons`` lists every check that it failed."""

    code = "promotion"

    def __init__(self, ref: str, reasons: list[str]) -> None:
        self.reasons = tuple(reasons)
        listed = "\n".join(f"  - {reason}" for reason in reasons)
        super().__init__(f"模型 {ref} 未发布：\n{listed}\n确要发布，请加 --force --reason 理由")


class BatchError(KeyfieldError):
    """A batch job cannot be done by the workers that it has."""

    code = "batch"


class ClusterError(BatchError):
    """A Dask cluster could not be used: no Dask, no scheduler, no worker, or none that fits."""

    code = "cluster"


class JobInterruptedError(BatchError):
    """A batch job was interrupted; what it has done is kept, and it can be resumed."""

    code = "interrupted"


class NotationError(KeyfieldError):
    """A scheme or a notation that does not exist was asked for."""

    code = "notation"


class SelectionError(KeyfieldError):
    """No rule set, tier or reading of that name, or none in force on that date."""

    code = "selection"


class LibraryError(KeyfieldError):
    """A library that only some commands need is not installed."""

    code = "library"


class HomeError(KeyfieldError):
    """The data folders (taxonomy/, models/) were not found."""

    code = "home"


class SettingsError(KeyfieldError):
    """An option or ``KEYFIELD_`` variable of the service is refused."""

    code = "settings"


class StorageError(KeyfieldError):
    """The database, a backup or the audit log is not as it must be."""

    code = "storage"


class RequestError(KeyfieldError):
    """The service refuses a request.

    Parameters
    ----------
    detail
        What was found and what was allowed.
    field
        Where in the request, such as ``texts[3]``; empty where no field applies.
    what_to_do
        The next step for whoever reads it.
    reason
        A stable code narrower than the class's.
    """

    code = "request"

    def __init__(
        self, detail: str, *, field: str = "", what_to_do: str = "", reason: str = ""
    ) -> None:
        super().__init__(detail)
        self.detail = detail
        self.field = field
        self.what_to_do = what_to_do
        self.reason = reason or self.code


class SignInError(RequestError):
    """Nobody is signed in, or the key or password does not hold."""

    code = "sign-in"


class ForbiddenError(RequestError):
    """Signed in, but the role does not allow it."""

    code = "forbidden"


class MissingError(RequestError):
    """What was asked for does not exist."""

    code = "missing"


class ConflictError(RequestError):
    """The state of things does not allow it now."""

    code = "conflict"


class TooLargeError(RequestError):
    """A body, batch or text is over a limit."""

    code = "too-large"


class FormatError(RequestError):
    """A file is of a kind that is not read."""

    code = "format"


class InvalidError(RequestError):
    """A field does not hold what it must."""

    code = "invalid"


class TooManyError(RequestError):
    """There are more requests than the rate limit allows."""

    code = "too-many"


class BusyError(RequestError):
    """The service has no room at the moment."""

    code = "busy"
