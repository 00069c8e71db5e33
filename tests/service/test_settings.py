"""Settings: from variables and the command line, checked once."""

from pathlib import Path

import pytest

from classifier.errors import SettingsError
from classifier.service.settings import Settings


def test_the_command_line_wins_over_variables():
    """What is given beats what the environment says; the rest has its default."""
    found = Settings.read({"KEYFIELD_PORT": "9000", "KEYFIELD_THREADS": "3"}, port=9001)
    assert (found.port, found.threads, found.workers) == (9001, 3, 1)


def test_settings_go_through_the_environment_unchanged():
    """Workers read the very settings that the command had."""
    given = Settings(data=Path("x"), log_text=True, cookie_secure=False, double_share=0.5)
    assert given == Settings.read(given.to_variables())


@pytest.mark.parametrize(
    ("variables", "words"),
    [
        ({"KEYFIELD_PORT": "eighty"}, "KEYFIELD_PORT: found 'eighty', allowed: int"),
        ({"KEYFIELD_LOG_TEXT": "maybe"}, "KEYFIELD_LOG_TEXT: found 'maybe', allowed: true, false"),
        ({"KEYFIELD_DOUBLE_SHARE": "2"}, "double_share: found 2.0, allowed: 0 to 1"),
        ({"KEYFIELD_THREADS": "0"}, "threads: found 0, expected more than 0"),
    ],
)
def test_a_wrong_variable_is_named(variables, words):
    """The message says which one, what was found and what is allowed."""
    with pytest.raises(SettingsError) as caught:
        Settings.read(variables)
    assert words == str(caught.value)


def test_only_two_kinds_of_database_are_known():
    """SQLite in the data folder by default, PostgreSQL by URL, nothing else."""
    assert Settings(data=Path("/d")).url == "sqlite:////d/keyfield.db"
    given = Settings(database_url="postgresql://a@b/c").url
    assert given == "postgresql+psycopg://a@b/c"
    with pytest.raises(SettingsError, match="allowed: sqlite"):
        _ = Settings(database_url="mysql://x").url


def test_the_cookie_is_secure_everywhere_but_on_loopback():
    """HTTPS is asked for as soon as the service listens beyond the machine."""
    found = [Settings(host=host).secure_cookie for host in ("127.0.0.1", "0.0.0.0")]  # noqa: S104
    assert found == [False, True]
    assert Settings(host="127.0.0.1", cookie_secure=True).secure_cookie
