"""What the service says when it refuses something, in English: patterns of the Chinese sentences.

The sentences are made where the facts are, in Chinese, and go to programs as they are; a page
in English reads them through here. A test holds that no sentence is without its pattern.
"""

from __future__ import annotations

import re

SENTENCES: tuple[tuple[str, str], ...] = (
    ("空白；应为产品描述", "empty; a product description is expected"),
    ("有(.+?)个字符；最多(.+?)个", "{} characters; at most {}"),
    ("只留主导产品的说明", "keep the description of the main product only"),
    ("text 和 texts 应当有且只有一个", "give either text or texts"),
    ("空表；应有1条以上", "an empty list; at least 1 is expected"),
    ("有(.+?)条；最多(.+?)条", "{} texts; at most {}"),
    ("分成几次，或用 POST /v1/jobs", "split it, or use POST /v1/jobs"),
    ("没有编号为(.+?)的导出", "there is no export {}"),
    ("没有编号为(.+?)的导入", "there is no import {}"),
    ("没有编号为(.+?)的案件", "there is no case {}"),
    ("没有编号为(.+?)的企业", "there is no enterprise {}"),
    ("没有编号为(.+?)的评价", "there is no assessment {}"),
    ("没有编号为(.+?)的用户", "there is no user {}"),
    ("没有用户“(.+?)”", "there is no user “{}”"),
    ("任务状态是(.+?)，还没有结果", "the job is {}; there is no result yet"),
    ("等到 done 再取", "fetch it once it is done"),
    ("没有分类(.+?)；有：(.+)", "there is no scheme {}; there are: {}"),
    ("没有规则集(.+?)；有：(.+)", "there is no rule set {}; there are: {}"),
    ("修改密码须先登录，不能用密钥", "sign in to change the password; a key will not do"),
    ("(.+?)含有不允许的字符（U\\+0000或半个代理对）", "{} holds characters that cannot be stored"),
    ("服务正在启动或停止", "the service is starting or stopping"),
    ("要两套规则才能对照，(.+?)有：(.+)", "two rule sets are needed to compare; {} has: {}"),
    (
        "档案已被他人改到第(.+?)版，你看到的是第(.+?)版",
        "somebody changed the profile to revision {}; you saw revision {}",
    ),
    ("企业名称应为1至(.+?)个字符", "the name must have 1 to {} characters"),
    ("已有企业“(.+?)”（编号(.+?)）", "there is an enterprise “{}” already (no. {})"),
    ("已有(.+?)个未完成的任务", "{} jobs are unfinished already"),
    ("没有任务(.+)", "there is no job {}"),
    ("任务已经结束", "the job has ended"),
    ("程序出错，详情在日志里", "the program failed; the log has the details"),
    ("用途不能空白", "say what the key is for"),
    (
        "有效天数(.+?)；应为1至(.+?)的整数，或不填",
        "days that it holds: {}; expected a whole number from 1 to {}, or nothing",
    ),
    ("没有列表(.+)", "there is no list {}"),
    ("数据库暂时没有应答", "the database does not answer at the moment"),
    ("有不能存储或比较的字符或数", "some characters or numbers cannot be stored or compared"),
    ("没有新的标注可以导出", "there is no new label to export"),
    ("另一位审核员正在看这个案件", "another reviewer has this case open"),
    ("案件已定或在裁定中", "the case is settled or being adjudicated"),
    ("你已经判过这个案件；要改先撤销", "you have decided this case; undo your verdict first"),
    ("案件的标注已经导出，不能撤销", "the label was exported; the verdict cannot be undone"),
    ("案件已经裁定，不能撤销", "the case was adjudicated; the verdict cannot be undone"),
    ("你在这个案件上没有可撤销的结论", "you have no verdict on this case that could be undone"),
    ("这个案件没有分歧，不需要裁定", "the reviewers agree; there is nothing to adjudicate"),
    ("参加过复核的人不能裁定", "a reviewer of the case cannot adjudicate it"),
    ("裁定须写明理由", "an adjudication needs a reason"),
    ("备注应为1至(.+?)个字符", "a remark must have 1 to {} characters"),
    ("没有结论(.+?)；允许：(.+)", "there is no verdict {}; allowed: {}"),
    (
        "这个案件(?:有|没有)申报，不能用“(.+?)”；允许：(.+)",
        "“{}” does not fit a case of this kind; allowed: {}",
    ),
    ("理由最多(.+?)个字符", "a reason may have {} characters"),
    ("(?:更正|归入)须填正确的编号", "give the right notation"),
    ("分类(.+?)中没有(.+)", "the scheme {} has no {}"),
    ("编号与申报的相同；应选确认", "this is the claimed notation; choose Confirm"),
    ("只有更正和归入才填编号", "only Correct and Assign take a notation"),
    ("请求没有带密钥，也没有登录", "no key was sent and nobody is signed in"),
    ("密钥不存在、已失效或已吊销", "the key does not exist, has expired or was revoked"),
    ("会话不存在、已失效或已吊销", "the session does not exist, has expired or was ended"),
    ("(.+?)不存在、已失效或已吊销", "{} does not exist, has expired or was revoked"),
    ("还在使用一次性密码", "the one-time password is still in use"),
    ("先修改密码：POST /v1/session/password", "change it first: POST /v1/session/password"),
    ("这项操作需要角色：(.+)", "this needs one of the roles: {}"),
    ("缺少会话的CSRF令牌，或令牌不对", "the session's CSRF token is missing or wrong"),
    ("刷新页面再试；程序请改用密钥", "reload the page; programs should use a key"),
    ("请求来自其他网站的页面", "the request comes from a page of another site"),
    ("没有前缀为(.+?)的密钥", "there is no key that begins with {}"),
    ("这把密钥已经吊销", "the key was revoked already"),
    ("服务忙，没有空位", "the service is busy"),
    ("内容超过(.+?)字节的上限", "more than {} bytes"),
    ("分成几次，每次不超过(.+?)字节", "split it; at most {} bytes each"),
    ("(.+?)秒内没有收全内容", "the content did not arrive within {} seconds"),
    ("请求过于频繁", "too many requests"),
    ("密码有(.+?)个字符；允许(.+?)至(.+?)个", "the password has {} characters; allowed: {} to {}"),
    (
        "换一个更长的密码，几个不相干的词连在一起就好记",
        "choose a longer one; a few unrelated words are easy to keep in mind",
    ),
    ("没有角色(.+?)；允许：(.+)", "there is no role {}; allowed: {}"),
    (
        "用户名或密码不对，或账号已停用",
        "name or password do not hold, or the account is closed",
    ),
    (
        "核对后再试；忘记密码请管理员重置",
        "check them; an administrator can reset a forgotten password",
    ),
    ("用户名(.+?)；应为1至(.+?)个可见字符", "the name {} must have 1 to {} visible characters"),
    ("已有用户“(.+?)”", "there is a user “{}” already"),
    ("至少要留一个启用的管理员", "one active administrator must remain"),
    ("原密码不对", "the old password does not hold"),
    ("新密码与原密码相同", "the new password is the old one"),
    (
        "既不是UTF-8也不是GB18030；请另存为UTF-8的CSV",
        "neither UTF-8 nor GB18030; save it as CSV in UTF-8",
    ),
    ("文件“(.+?)”的扩展名是(.+?)；允许：(.+)", "the file “{}” ends in {}; allowed: {}"),
    ("文件是空的", "the file is empty"),
    ("不是文本的CSV文件", "this is no CSV of text"),
    ("不是XLSX工作簿，或已损坏", "this is no XLSX workbook, or it is damaged"),
    ("文件超过(.+?)字节的上限", "the file has more than {} bytes"),
    ("工作簿解压后过大", "the workbook unpacks to too much"),
    ("不是XLSX工作簿", "this is no XLSX workbook"),
    ("工作簿里有不允许的XML声明", "the workbook holds XML declarations that are not allowed"),
    ("检查请求的格式", "check the form of the request"),
    ("用 Authorization: Bearer 密钥，或先登录", "send Authorization: Bearer KEY, or sign in"),
    ("请管理员授予所需角色", "ask an administrator for the role"),
    ("核对地址和编号", "check the address and the number"),
    ("见 /v1/openapi.json 中的方法", "see the methods in /v1/openapi.json"),
    ("检查网络后再试", "check the network and try again"),
    ("刷新后按现状再决定", "reload, and decide by how things stand now"),
    ("分成几次发送", "send it in parts"),
    ("改用说明中列出的格式", "use a format that the description lists"),
    ("按所指的栏目修改", "mend the field that is named"),
    ("等待 Retry-After 所示的秒数后再试", "wait for a moment and try again"),
    (
        "稍后再试；仍然不行时把 request_id 告诉管理员",
        "try again later; if it goes on, tell an administrator the request id",
    ),
)
_COMPILED = tuple((re.compile(zh, re.DOTALL), en) for zh, en in SENTENCES)
_WORDS = (
    ("、", ", "), ("审核员", "reviewer"), ("审核组长", "lead"), ("分析员", "analyst"),
    ("管理员", "admin"), ("无法判断", "Undecidable"), ("不在范围", "Out of scope"),
    ("部分符合", "Partly"), ("确认", "Confirm"), ("更正", "Correct"), ("归入", "Assign"),
    ("（空）", "(empty)"), ("空", "empty"), ("内容", "the content"),
)  # fmt: skip
"""Words within the values of a sentence."""


def in_english(said: str) -> str:
    """Return a sentence of the service in English; as it is where no pattern fits.

    Examples
    --------
    >>> in_english("文件超过20字节的上限"), in_english("M99")
    ('the file has more than 20 bytes', 'M99')
    """
    for pattern, english in _COMPILED:
        found = pattern.fullmatch(said)
        if found:
            return english.format(*(_value(one) for one in found.groups()))
    return said


def _value(text: str) -> str:
    for zh, en in _WORDS:
        text = text.replace(zh, en)
    return text
