"""The reviewer's workbench: server-rendered pages over the same functions as the API.

How to add a page:

1. Wording: a module in ``wording/`` with ``TEXTS = {"area.key": ("中文", "English"), …}``, listed
   in ``wording/__init__.py``. Templates hold no words of their own; ``t("area.key", n=3)`` gives
   them in the reader's language. Official Chinese terms stay Chinese in both.
2. Template: ``templates/NAME.html`` that begins ``{% extends "base.html" %}`` and fills
   ``title`` and ``main``. No ``style="…"``, no inline script, no ``onclick``: the content policy
   forbids them. Behaviour goes to ``static/`` as a file of its own (``{% block scripts %}``),
   values for it into ``data-…`` attributes (JSON through ``| tojson``).
3. Routes: a module in ``routes/`` with ``router = page_router()``, listed in ``mounting.py``.
   Each route takes ``page: Page`` and a caller by role from ``security.access`` (``Reviewer``,
   ``Lead``, ``Anyone`` …), does its work with the functions of ``reviews/`` or ``enterprises/``
   (never with the tables), and returns ``page.render("NAME.html", caller, …)``.
   After a form: ``page.go("/there")``, which answers 303.
4. Navigation: a line in ``navigation.py`` with path, wording and roles.
5. Forms: ``method="post"`` with ``{{ csrf() }}``; htmx sends the token by itself. A swapped
   region is ``aria-live="polite"`` or is followed by a line in ``#notice``.

Errors need nothing: what a function raises becomes a page, a way to the sign-in, or (for htmx)
a line in ``#notice``; see ``failures.py``. Charts: ``static/charts.js`` draws what stands in
``data-chart``; ECharts tooltips need ``renderMode: "richText"`` under the content policy.
"""
