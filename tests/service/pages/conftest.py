"""Fixtures of the pages' tests: an app, people with passwords, a real browser."""

from __future__ import annotations

import shutil
import threading
import time

import pytest
import uvicorn

from classifier.service.app import create_app
from classifier.service.security.passwords import hash_password
from classifier.service.security.users import add_user
from classifier.service.settings import Settings
from tests.service.client import PEOPLE, Running
from tests.service.conftest import DATABASES, fresh_settings

PASSWORD = "四个不相干的词连在一起"  # noqa: S105  (of people who live for one test)
CHROMIUM = "/usr/bin/chromium"
ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
QUIET = {"jobs": False, "rate": 1e6, "burst": 10**6, "sign_in_rate": 1e6, "sign_in_burst": 10**6}
WIND, DESK = "风电主轴轴承的研发、生产和销售", "办公桌椅的批发"


@pytest.fixture(params=DATABASES, scope="module")
def app(request, tmp_path_factory, knowledge):
    """Return a running app on each kind of database; every case needs two reviewers."""
    folder = tmp_path_factory.mktemp("pages")
    given = fresh_settings(request, folder, double_share=1.0)
    with Running(given, knowledge) as running:
        yield running


@pytest.fixture
def claimed(app):
    """Return a function that imports one claim with a text of its own; gives the case's number."""

    def make(text=WIND, claim="mp10:M07"):
        words = f"{text}{time.monotonic_ns()}号"
        app.claims([("示例企业", words, claim, "normal")])
        found = app.get("/v1/reviews/cases", "组长", params={"words": words}).json()
        return found["items"][0]["id"]

    return make


class Server:
    """A real server on loopback, in a thread, with signed-up people."""

    def __init__(self, settings, knowledge):
        self.app = create_app(settings, knowledge)
        config = uvicorn.Config(self.app, port=0, log_config=None, ws="none", lifespan="on")
        self._server = uvicorn.Server(config)
        self._thread = threading.Thread(target=self._server.run, daemon=True)

    def __enter__(self):
        """Start, and make the people."""
        self._thread.start()
        until = time.monotonic() + 30
        while not self._server.started and time.monotonic() < until:
            time.sleep(0.02)
        port = self._server.servers[0].sockets[0].getsockname()[1]
        self.address = f"http://127.0.0.1:{port}"
        with self.app.state.backend.store.write() as session:
            for name, roles in PEOPLE.items():
                user, _ = add_user(session, name, roles, actor="tests")
                user.must_change, user.password_hash = False, hash_password(PASSWORD)
        return self

    def __exit__(self, *error):
        """Stop."""
        self._server.should_exit = True
        self._thread.join(20)


@pytest.fixture(scope="module")
def server(tmp_path_factory, knowledge):
    """Return a real server on loopback in which a third of the cases need two reviewers."""
    folder = tmp_path_factory.mktemp("server")
    with Server(Settings(data=folder, double_share=0.3, **QUIET), knowledge) as running:
        yield running


@pytest.fixture(scope="session")
def chromium():
    """Return Debian's Chromium under Playwright."""
    playwright = pytest.importorskip("playwright.sync_api", reason="pip install playwright")
    if shutil.which(CHROMIUM) is None:
        pytest.skip("no Chromium: apt-get install chromium fonts-noto-cjk")
    with playwright.sync_playwright() as running:
        browser = running.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        yield browser
        browser.close()


@pytest.fixture
def sign_in(chromium, server):
    """Return a function that signs somebody in and gives a page; what the browser minds fails."""
    complaints, contexts = [], []

    def enter(name, **options):
        context = chromium.new_context(
            viewport={"width": 1280, "height": 720}, locale="zh-CN", **options
        )
        contexts.append(context)
        page = context.new_page()
        page.set_default_timeout(15_000)
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.on(
            "console",
            lambda said: complaints.append(said.text) if said.type == "error" else None,
        )
        page.goto(f"{server.address}/login")
        page.fill("#name", name)
        page.fill("#password", PASSWORD)
        press(page, "Enter")
        return page

    yield enter
    for context in contexts:
        context.close()
    assert complaints == []


def press(page, key):
    """Press a key that leads to another page, and wait for it."""
    with page.expect_navigation():
        page.keyboard.press(key)


def click(page, selector):
    """Click what leads to another page, and wait for it."""
    with page.expect_navigation():
        page.click(selector)
