"""Words of signing in and of one's own account."""

from __future__ import annotations

TEXTS = {
    "sign_in.title": ("登录", "Sign in"),
    "sign_in.name": ("用户名", "User name"),
    "sign_in.password": ("密码", "Password"),
    "sign_in.submit": ("登录", "Sign in"),
    "sign_in.again": ("会话已结束，请重新登录。", "Your session has ended; please sign in again."),
    "sign_in.changed": ("密码已修改，请重新登录。", "Password changed; please sign in again."),
    "sign_in.out": ("已退出。", "You have signed out."),
    "sign_in.help": (
        "账号由管理员开立；忘记密码请管理员重置。",
        "Accounts are opened by the administrator, who can also reset a password.",
    ),
    "account.title": ("我的账号", "My account"),
    "account.name": ("用户名", "User name"),
    "account.roles": ("角色", "Roles"),
    "account.password": ("修改密码", "Change password"),
    "account.must_change": (
        "现在用的是一次性密码，修改后才能开始工作。",
        "You are using a one-time password; change it before you begin.",
    ),
    "account.old": ("原密码", "Current password"),
    "account.new": ("新密码", "New password"),
    "account.again": ("再输一次新密码", "New password again"),
    "account.rule": (
        "至少12个字符；几个不相干的词连在一起最好记。",
        "At least 12 characters; a few unrelated words are easiest to remember.",
    ),
    "account.differ": ("两次输入的新密码不同。", "The two new passwords differ."),
    "account.submit": ("修改密码", "Change password"),
}
