"""A running app in this process, with one signed-in caller a role; requests are synchronous."""

from __future__ import annotations

from contextlib import ExitStack

import httpx
from anyio.from_thread import start_blocking_portal
from sqlalchemy import select

from classifier.service.app import create_app
from classifier.service.security.keys import create_key
from classifier.service.security.roles import Caller, read_roles
from classifier.service.security.users import add_user
from classifier.service.storage.tables import User

PEOPLE = {
    "审核员甲": ["reviewer"],
    "审核员乙": ["reviewer"],
    "组长": ["lead"],
    "分析员": ["analyst"],
    "管理员": ["admin"],
}


class Running:
    """An app whose lifespan has begun.

    ``keys`` and ``callers`` hold one of each of ``PEOPLE``.
    """

    def __init__(self, settings, knowledge):
        self.app = create_app(settings, knowledge)
        self.settings = settings
        self.keys = {}
        self.callers = {}
        self._stack = ExitStack()

    def __enter__(self):
        """Begin the lifespan and make the people."""
        self._portal = self._stack.enter_context(start_blocking_portal())
        life = self._portal.wrap_async_context_manager(self.app.router.lifespan_context(self.app))
        self._stack.enter_context(life)
        transport = httpx.ASGITransport(self.app, raise_app_exceptions=False)
        client = httpx.AsyncClient(transport=transport, base_url="http://testserver")
        self._client = self._stack.enter_context(self._portal.wrap_async_context_manager(client))
        self._people()
        return self

    def __exit__(self, *error):
        """End the lifespan."""
        self._stack.close()

    @property
    def backend(self):
        """Return settings, database, knowledge and metrics."""
        return self.app.state.backend

    @property
    def store(self):
        """Return the database."""
        return self.backend.store

    def _people(self):
        with self.store.write() as session:
            for name, roles in PEOPLE.items():
                if session.scalar(select(User).where(User.name == name)) is None:
                    user, _ = add_user(session, name, roles, actor="tests")
                    user.must_change = False
                    _, key = create_key(session, user, "tests", actor="tests")
                    self.keys[name] = key
                    self.callers[name] = Caller(user.id, name, read_roles(roles))

    def send(self, method, url, who=None, **given):
        """Send a request, with the key of someone if named, and nothing kept between requests."""
        headers = dict(given.pop("headers", {}))
        if who is not None:
            headers["Authorization"] = f"Bearer {self.keys[who]}"
        self._client.cookies.clear()

        async def go():
            return await self._client.request(method, url, headers=headers, **given)

        return self._portal.call(go)

    def get(self, url, who=None, **given):
        """GET."""
        return self.send("GET", url, who, **given)

    def post(self, url, who=None, **given):
        """POST."""
        return self.send("POST", url, who, **given)

    def gather(self, *calls):
        """Send several requests at once; each is (method, url, who, arguments)."""

        async def one(method, url, who, given):
            headers = {**given.pop("headers", {})}
            if who:
                headers["Authorization"] = f"Bearer {self.keys[who]}"
            return await self._client.request(method, url, headers=headers, **given)

        async def all_of_them():
            import asyncio

            return await asyncio.gather(*(one(*call) for call in calls))

        return self._portal.call(all_of_them)

    def claims(self, rows, who="组长"):
        """Import claims, each (enterprise, text, claim, stake)."""
        lines = ["enterprise,text,claim,stake", *(",".join(row) for row in rows)]
        files = {"file": ("claims.csv", "\n".join(lines).encode(), "text/csv")}
        return self.post("/v1/reviews/imports", who, files=files)
