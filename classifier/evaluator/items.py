"""The items that an enterprise profile lists: intellectual property, awards, titles and more.

Every field has a Chinese title and a description, so that forms and workbooks can be
made from the models. A field that is left out is unknown (None); an empty list says
"none".
"""

from __future__ import annotations

from datetime import date  # noqa: TC003  (pydantic needs it when the program runs)
from decimal import Decimal  # noqa: TC003  (the same)
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field

Level = Literal["national", "provincial", "city", "county"]
LEVELS: tuple[Level, ...] = ("national", "provincial", "city", "county")
"""From the highest down; ``county`` stands for everything below the city (市级以下)."""

IpKind = Literal[
    "invention",
    "defence-invention",
    "plant-variety",
    "crop-variety",
    "new-drug",
    "protected-tcm",
    "ic-layout",
    "utility-model",
    "design",
    "software-copyright",
]
AwardKind = Literal["science", "quality", "maker-china", "governor-cup"]
CertificateKind = Literal["quality-management", "management-system", "developed-market-product"]
IncidentKind = Literal[
    "safety",
    "network-data",
    "product-quality",
    "environment",
    "tax",
    "dishonesty",
    "fraud",
    "industry",
]
TitleKind = Literal[
    "innovative",
    "tech",
    "srdi",
    "little-giant",
    "champion",
    "high-tech",
    "innovation-demonstration",
    "ip-advantage",
    "ip-demonstration",
]

CHOICES: dict[str, str] = {
    "national": "国家级",
    "provincial": "省部级",
    "city": "市级",
    "county": "市级以下",
    "invention": "发明专利",
    "defence-invention": "国防发明专利",
    "plant-variety": "植物新品种",
    "crop-variety": "国家级农作物品种",
    "new-drug": "国家新药",
    "protected-tcm": "国家一级中药保护品种",
    "ic-layout": "集成电路布图设计专有权",
    "utility-model": "实用新型专利",
    "design": "外观设计专利",
    "software-copyright": "软件著作权",
    "own": "自主申请",
    "transferred": "受让取得",
    "science": "科学技术奖励",
    "quality": "质量奖",
    "maker-china": "“创客中国”大赛（企业组）",
    "governor-cup": "省长杯大赛",
    "quality-management": "质量管理体系认证（ISO9001等）",
    "management-system": "其他管理体系认证",
    "developed-market-product": "发达国家或地区产品认证",
    "safety": "安全生产",
    "network-data": "网络和数据安全",
    "product-quality": "产品质量",
    "environment": "环境",
    "tax": "偷漏税",
    "dishonesty": "严重失信",
    "fraud": "数据造假",
    "industry": "行业管理",
    "innovative": "创新型中小企业",
    "tech": "科技型中小企业",
    "srdi": "专精特新中小企业",
    "little-giant": "专精特新“小巨人”企业",
    "champion": "制造业单项冠军企业",
    "high-tech": "高新技术企业",
    "innovation-demonstration": "国家级技术创新示范企业",
    "ip-advantage": "知识产权优势企业",
    "ip-demonstration": "知识产权示范企业",
    "led": "主导",
    "participated": "参与",
}
"""The Chinese word for every value of a drop-down."""


def field(title: str, description: str, **more: Any) -> Any:
    """Return an optional field with its Chinese title and description."""
    return Field(default=None, title=title, description=description, **more)


class Form(BaseModel):
    """Base of all parts of a profile: frozen, and no unknown key."""

    model_config = ConfigDict(
        frozen=True, extra="forbid", allow_inf_nan=False, str_strip_whitespace=True
    )


class IntellectualProperty(Form):
    """One intellectual property right (知识产权)."""

    kind: IpKind | None = field("类型", "知识产权的种类")
    name: str | None = field("名称", "专利、品种、软件等的名称")
    number: str | None = field("证书号", "专利号、登记号或品种号")
    applied: date | None = field("申请日", "申请日期；维持十年以上从申请日起算")
    granted: date | None = field("授权日", "授权或登记日期；未授权的不计")
    in_force: bool | None = field("是否有效", "按期缴费、仍在有效期内")
    acquired: Literal["own", "transferred"] | None = field(
        "取得方式", "自主申请，或受让（含购买、许可转移）取得"
    )
    transferred_on: date | None = field("受让日", "转让登记的日期；自主申请的不填")
    holder_rank: int | None = field("权利人排序", "本企业在权利人中的排序，1为第一", ge=1)
    related: bool | None = field("与主导产品相关", "是否与主导产品相关")
    in_use: bool | None = field("是否应用", "是否已实际应用")
    earning: bool | None = field("是否产生效益", "是否已产生经济效益")
    overseas_family: bool | None = field(
        "海外同族", "发明专利是否有经实质审查授权的海外同族专利（G20、新加坡、欧洲专利局）"
    )
    overseas_revenue: bool | None = field("海外收入", "除发明专利外，是否取得海外收入")
    large_pledge: bool | None = field("大额质押", "是否实现较大金额的质押融资（由企业声明）")
    award: bool | None = field("获奖", "是否获国家科学技术奖或中国专利奖")


class Award(Form):
    """One award or contest result (奖励、大赛名次)."""

    kind: AwardKind | None = field("种类", "科学技术奖励、质量奖或大赛")
    name: str | None = field("名称", "奖项的全称")
    level: Level | None = field("级别", "颁奖单位的级别")
    rank: int | None = field("单位名次", "在获奖单位中的排名；大赛填名次", ge=1)
    year: int | None = field("年份", "获奖年份", ge=1980, le=2100)


class Financing(Form):
    """One round of new equity financing (新增股权融资)."""

    on: date | None = field("到账日", "资金实缴到账的日期")
    amount: Decimal | None = field("实缴金额", "实际到账的金额，万元", ge=0)
    qualified: bool | None = field("合格机构投资者", "投资方是否为合格机构投资者（依法备案的基金）")


class Institution(Form):
    """One research institution (研发机构), built alone or with others."""

    name: str | None = field("名称", "如企业技术中心、工程中心、院士专家工作站、博士后工作站")
    level: Level | None = field("认定级别", "认定单位的级别")
    recognised: bool | None = field("是否认定", "是否经政府部门认定")


class Certificate(Form):
    """One certificate (认证)."""

    kind: CertificateKind | None = field("种类", "体系认证或产品认证")
    name: str | None = field("名称", "证书名称")
    valid_until: date | None = field("有效期至", "证书有效期的最后一天")


class Brand(Form):
    """One brand (品牌)."""

    name: str | None = field("名称", "商标或品牌名称")
    own_ip: bool | None = field("自有知识产权", "主导产品或服务是否具有自主知识产权")
    registered: bool | None = field("商标已注册", "商标是否经国家知识产权局正式注册")
    earning: bool | None = field("已有收入", "该品牌的产品或服务是否已实现收入")


class Standard(Form):
    """One standard (标准) in whose making the firm had a part."""

    name: str | None = field("名称", "标准编号和名称")
    role: Literal["led", "participated"] | None = field("作用", "主导或参与制定、修订")
    level: Literal["international", "national", "industry", "other"] | None = field(
        "层级", "国际、国家、行业或其他标准"
    )
    year: int | None = field("年份", "发布年份", ge=1980, le=2100)


class Title(Form):
    """One title held (已获称号)."""

    kind: TitleKind | None = field("称号", "资质或称号")
    granted: date | None = field("认定日", "公告或发证日期")
    valid_until: date | None = field("有效期至", "有效期的最后一天")
    number: str | None = field("编号", "证书或入库登记编号")


class Incident(Form):
    """One incident or penalty (事故、处罚、违法记录)."""

    kind: IncidentKind | None = field(
        "种类", "安全、网络和数据、质量、环境、税务、失信、造假、行业"
    )
    on: date | None = field("日期", "认定或处罚决定的日期")
    serious: bool | None = field(
        "是否严重", "有权部门是否认定为重大、较大事故或严重违法；轻微处罚是否计入由企业说明"
    )
    description: str | None = field("说明", "事由和文书编号")


class Claim(Form):
    """A statement that no text can prove (声明), with the evidence for it."""

    met: bool | None = field("是否符合", "是、否；不填为未知")
    evidence: str | None = field("佐证", "证明材料的名称、编号或链接")
