"""Chosen texts into the service's queue: what ``keyfield suggest --queue`` does last."""

from __future__ import annotations

import hashlib
import sys
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import argparse
    from collections.abc import Mapping, Sequence

    from classifier.training.suggest import Suggestion


def put_into_queue(
    args: argparse.Namespace, chosen: Sequence[Suggestion], rows: Mapping[str, int]
) -> None:
    """Make cases without a claim of chosen texts, and say how many.

    Parameters
    ----------
    args
        With ``by``, ``data``, ``database_url``, ``model`` and ``unlabelled``.
    chosen
        The texts.
    rows
        Row of the file by id.
    """
    from classifier.cli.serving import opened
    from classifier.service.knowledge import load_knowledge
    from classifier.service.reviews.claims import Claim
    from classifier.service.reviews.model import NO_CLAIM
    from classifier.service.reviews.unclaimed import import_unclaimed
    from classifier.service.security.roles import Caller, read_roles
    from classifier.service.security.users import user_named

    digest = hashlib.sha256(args.unlabelled.read_bytes()).hexdigest()
    texts = [Claim(rows.get(s.id, 0), "", s.text, "", NO_CLAIM, "normal") for s in chosen]
    with opened(args) as (store, settings):
        with store.read() as session:
            user = user_named(session, args.by)
            caller = Caller(user.id, user.name, read_roles(user.roles.split(",")))
        done = import_unclaimed(
            store,
            load_knowledge(settings),
            settings,
            texts,
            by=caller,
            file=args.unlabelled.name,
            digest=digest,
        )
    sys.stdout.write(f"复核队列：新增 {done.added} 件，已在队列 {done.known} 件\n")
