"""``keyfield serve``, ``users``, ``keys``, ``audit``, ``backup``, ``restore``, ``demo-data``."""

from __future__ import annotations

import gc
import os
import sys
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from classifier.cli.wording import pad

if TYPE_CHECKING:
    import argparse
    from collections.abc import Iterator

    from classifier.service.settings import Settings
    from classifier.service.storage.engine import Store

OPERATOR = "operator"
"""Actor of what is done on the command line: whoever can read the database's files."""

ROLES = ("reviewer", "lead", "analyst", "admin")


def add_commands(commands: Any) -> None:
    """Add the commands of this module."""
    serve = commands.add_parser("serve", help="启动服务和复核工作台")
    serve.add_argument("--host", help="监听地址，默认127.0.0.1")
    serve.add_argument("--port", type=int, help="端口，默认8000")
    serve.add_argument("--workers", type=int, help="工作进程数，默认1")
    which = serve.add_mutually_exclusive_group()
    which.add_argument("--model", help="固定用这个目录的模型，不随登记处变动")
    which.add_argument(
        "--registry", help="模型登记处（models 目录），随它的指针换模型；默认随程序的 models"
    )
    _common(serve)
    serve.set_defaults(run=run_serve)

    users = commands.add_parser("users", help="服务的用户：新建、列出、重置密码")
    sub = users.add_subparsers(dest="action", required=True, metavar="动作")
    add = sub.add_parser("add", help="新建用户，打印一次性密码")
    add.add_argument("name", help="用户名")
    add.add_argument("--role", action="append", required=True, choices=ROLES, help="可多次")
    add.set_defaults(run=run_users_add)
    listing = sub.add_parser("list", help="列出用户")
    listing.set_defaults(run=run_users_list)
    reset = sub.add_parser("reset", help="重置密码，打印一次性密码")
    reset.add_argument("name", help="用户名")
    reset.set_defaults(run=run_users_reset)

    keys = commands.add_parser("keys", help="服务的密钥：新建、列出、吊销")
    sub = keys.add_subparsers(dest="action", required=True, metavar="动作")
    create = sub.add_parser("create", help="新建密钥，只打印这一次")
    create.add_argument("name", help="归哪个用户")
    create.add_argument("--label", default="", help="用途")
    create.add_argument("--days", type=int, help="有效天数，默认不限")
    create.set_defaults(run=run_keys_create)
    listed = sub.add_parser("list", help="列出密钥（只有前缀）")
    listed.set_defaults(run=run_keys_list)
    revoke = sub.add_parser("revoke", help="吊销密钥")
    revoke.add_argument("prefix", help="前缀，见 keys list")
    revoke.set_defaults(run=run_keys_revoke)

    audit = commands.add_parser("audit", help="核对审计日志的散列链")
    sub = audit.add_subparsers(dest="action", required=True, metavar="动作")
    verify = sub.add_parser("verify", help="逐行核对，指出第一处断裂")
    verify.set_defaults(run=run_audit_verify)

    backup = commands.add_parser("backup", help="备份数据库和任务文件到一个文件")
    backup.add_argument("file", type=Path, metavar="FILE.zip")
    backup.set_defaults(run=run_backup)
    restore = commands.add_parser("restore", help="把备份恢复到空的数据库")
    restore.add_argument("file", type=Path, metavar="FILE.zip")
    restore.set_defaults(run=run_restore)
    demo = commands.add_parser("demo-data", help="用演示企业、产品和申报填充空的数据库")
    demo.add_argument("--claims", type=Path, metavar="OUT.csv", help="另写200条申报，供导入试用")
    demo.set_defaults(run=run_demo_data)
    for parser in (demo, add, listing, reset, create, listed, revoke, verify, backup, restore):
        _common(parser)


def _common(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--data", type=Path, help="数据目录，默认 ./keyfield-data")
    parser.add_argument(
        "--database-url", help="sqlite:///… 或 postgresql://…，默认数据目录中的SQLite"
    )


def settings_of(args: argparse.Namespace) -> Settings:
    """Return the settings of the environment, with what the command line says on top."""
    from classifier.service.settings import Settings

    names = ("data", "database_url", "host", "port", "workers", "model", "registry")
    given = {name: getattr(args, name, None) for name in names}
    return Settings.read(**{name: value for name, value in given.items() if value is not None})


@contextmanager
def opened(args: argparse.Namespace) -> Iterator[tuple[Store, Settings]]:
    """Open the database of the arguments, migrated."""
    from classifier.service.storage.engine import migrate, open_store

    gc.enable()
    settings = settings_of(args)
    store = open_store(settings)
    try:
        settings.data.mkdir(parents=True, exist_ok=True)
        migrate(store, settings)
        yield store, settings
    finally:
        store.close()


def run_serve(args: argparse.Namespace) -> int:
    """Serve until a signal comes; open requests are finished first."""
    import shutil

    gc.enable()
    settings = settings_of(args)
    settings.data.mkdir(parents=True, exist_ok=True)
    metrics = settings.data / f"metrics-{os.getpid()}"
    if settings.workers > 1:  # before the metrics' library is imported, which reads it then
        metrics.mkdir(exist_ok=True)
        os.environ["PROMETHEUS_MULTIPROC_DIR"] = str(metrics.absolute())
    from classifier.service.app import prepare
    from classifier.service.observe import configure_logs
    from classifier.service.storage.engine import open_store
    from classifier.service.workers import serve

    store = open_store(settings)
    try:
        prepare(store, settings)
    finally:
        store.close()
    configure_logs()
    try:
        serve(settings)
    finally:
        shutil.rmtree(metrics, ignore_errors=True)
    return 0


def run_users_add(args: argparse.Namespace) -> int:
    """Make a user."""
    from classifier.service.security.users import add_user

    with opened(args) as (store, _), store.write() as session:
        user, password = add_user(session, args.name, args.role, actor=OPERATOR)
        sys.stdout.write(f"用户 {user.name}  一次性密码 {password}\n")
    return 0


def run_users_list(args: argparse.Namespace) -> int:
    """List users."""
    from classifier.service.security.users import list_users

    with opened(args) as (store, _), store.read() as session:
        for user in list_users(session):
            state = "" if user.active else "  已停用"
            sys.stdout.write(f"{user.id:>5}  {pad(user.name, 24)}{user.roles}{state}\n")
    return 0


def run_users_reset(args: argparse.Namespace) -> int:
    """Give a user a new one-time password."""
    from classifier.service.security.users import reset_password, user_named

    with opened(args) as (store, _), store.write() as session:
        user = user_named(session, args.name)
        password = reset_password(session, user, actor=OPERATOR)
        sys.stdout.write(f"用户 {user.name}  一次性密码 {password}\n")
    return 0


def run_keys_create(args: argparse.Namespace) -> int:
    """Make a key and print it once."""
    from classifier.service.security.keys import create_key
    from classifier.service.security.users import user_named

    with opened(args) as (store, _), store.write() as session:
        user = user_named(session, args.name)
        _, key = create_key(session, user, args.label, actor=OPERATOR, days=args.days)
        sys.stdout.write(f"{key}\n")
    return 0


def run_keys_list(args: argparse.Namespace) -> int:
    """List keys by their prefixes."""
    from classifier.service.security.keys import list_keys

    with opened(args) as (store, _), store.read() as session:
        for key, user in list_keys(session):
            state = "已吊销" if key.revoked_at else ""
            sys.stdout.write(
                f"{key.prefix}  {pad(user.name, 24)}{key.created_at:%Y-%m-%d}  "
                f"{key.label}  {state}".rstrip()
                + "\n"
            )
    return 0


def run_keys_revoke(args: argparse.Namespace) -> int:
    """Revoke a key."""
    from classifier.service.security.keys import revoke_key

    with opened(args) as (store, _), store.write() as session:
        revoke_key(session, args.prefix, actor=OPERATOR)
    sys.stdout.write(f"已吊销 {args.prefix}\n")
    return 0


def run_audit_verify(args: argparse.Namespace) -> int:
    """Check the chain of the audit log."""
    from classifier.cli import BAD_ROWS
    from classifier.service.storage.audit import verify

    with opened(args) as (store, _), store.read() as session:
        rows, broken = verify(session)
    if broken is None:
        sys.stdout.write(f"审计日志 {rows} 行，散列链完整\n")
        return 0
    sys.stdout.write(f"审计日志在第 {broken.number} 行断裂：{broken.why}（之前 {rows} 行完整）\n")
    return BAD_ROWS


def run_backup(args: argparse.Namespace) -> int:
    """Write a backup."""
    from classifier.service.storage.backup import backup

    with opened(args) as (store, settings):
        counts = backup(store, settings, args.file)
    sys.stdout.write(f"已备份 {sum(counts.values())} 行 → {args.file}\n")
    return 0


def run_restore(args: argparse.Namespace) -> int:
    """Fill an empty database from a backup."""
    from classifier.service.storage.backup import restore

    with opened(args) as (store, settings):
        counts = restore(store, settings, args.file)
    sys.stdout.write(f"已恢复 {sum(counts.values())} 行 ← {args.file}\n")
    return 0


def run_demo_data(args: argparse.Namespace) -> int:
    """Fill an empty database with the demonstration, and print who can sign in."""
    from classifier.service.app import prepare
    from classifier.service.demo.fill import fill
    from classifier.service.demo.texts import claims_csv
    from classifier.service.knowledge import load_knowledge

    with opened(args) as (store, settings):
        prepare(store, settings)
        done = fill(store, load_knowledge(settings), settings)
    sys.stdout.write(
        f"企业 {done.enterprises}，产品 {done.products}，申报 {done.claims}；"
        f"已判 {done.decided}，双人复核 {done.double}，分歧 {done.disputed}\n"
        "用户和密码（只显示这一次）：\n"
    )
    for name, password in done.passwords.items():
        sys.stdout.write(f"  {pad(name, 12)}{password}\n")
    if args.claims is not None:
        args.claims.write_text(claims_csv(), encoding="utf-8-sig", newline="")
        sys.stdout.write(f"可导入的200条申报 → {args.claims}\n")
    return 0
