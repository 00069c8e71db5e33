"""The enterprise profile (企业画像): everything that the rules ask about a firm.

Money is in 万元, shares in %, all numbers are exact decimals. A field that is left out
is unknown, which is neither zero nor "no"; an empty list says "none".
"""

from __future__ import annotations

from decimal import Decimal  # noqa: TC003  (pydantic needs it when the program runs)
from typing import Annotated, Any, Self

from pydantic import AfterValidator, Field, StrictBool, model_validator

from classifier.evaluator.items import (
    Award,
    Brand,
    Certificate,
    Claim,
    Financing,
    Form,
    Incident,
    Institution,
    IntellectualProperty,
    Standard,
    Title,
    field,
)

# A part first, then the figure of which it cannot be more.
PARTS = {
    "main_revenue": "revenue",
    "main_product_revenue": "revenue",
    "rd_staff": "employees",
    "science_staff": "employees",
}
"""Yearly figures that are part of another one of the same year."""


class YearFigures(Form):
    """Figures of one fiscal year, audited, 万元 at the year's end (年度数据)."""

    revenue: Decimal | None = field("营业收入", "营业收入总额，万元", ge=0)
    main_revenue: Decimal | None = field("主营业务收入", "主营业务收入，万元", ge=0)
    main_product_revenue: Decimal | None = field(
        "主导产品收入", "主导产品的销售收入合计，万元；须超过营业收入的一半", ge=0
    )
    rd_expense: Decimal | None = field("研发费用", "研发费用总额，万元", ge=0)
    cost: Decimal | None = field("成本费用", "成本费用支出总额，万元（科技型中小企业评价用）", ge=0)
    net_profit: Decimal | None = field("净利润", "净利润，万元，亏损为负")
    total_assets: Decimal | None = field("资产总额", "年末资产总额，万元", ge=0)
    total_liabilities: Decimal | None = field("负债总额", "年末负债总额，万元", ge=0)
    employees: Decimal | None = field("职工总数", "年末全职职工（从业人员）数，人", ge=0)
    rd_staff: Decimal | None = field("研发人员", "年末研发人员数，人", ge=0)
    science_staff: Decimal | None = field("科技人员", "年末科技人员数，人（科技型评价用）", ge=0)

    @model_validator(mode="after")
    def _parts_fit(self) -> Self:
        for part, whole in PARTS.items():
            less, more = getattr(self, part), getattr(self, whole)
            if less is not None and more is not None and less > more:
                names = YearFigures.model_fields
                raise ValueError(
                    f"{names[part].title}{less}大于{names[whole].title}{more}；"
                    f"允许0至{more}，请核对单位（万元、人）"
                )
        return self


class Market(Form):
    """The main product's place in its segment (市场地位)."""

    domestic_share: Decimal | None = field(
        "国内市场占有率", "主导产品在全国细分市场的占有率，%", ge=0, le=100
    )
    international_share: Decimal | None = field(
        "国际市场占有率", "主导产品在国际细分市场的占有率，%", ge=0, le=100
    )
    domestic_rank: int | None = field("国内排名", "细分市场全国排名", ge=1)
    provincial_rank: int | None = field("省内排名", "细分市场全省排名", ge=1)
    global_rank: int | None = field("全球排名", "细分市场全球排名", ge=1)
    relatively_high: Claim | None = field(
        "占有率相对较高", "占有率在全国或国际细分市场相对较高且有一定知名度"
    )
    high_reputation: Claim | None = field("知名度和影响力较高", "享有较高知名度和影响力")


class Chain(Form):
    """The firm's part in its industrial chain (产业链作用), each with its evidence."""

    key_link: Claim | None = field("关键环节", "位于产业链关键环节")
    key_basics: Claim | None = field("关键基础产业化", "实现关键基础技术和产品的产业化应用")
    gap_filling: Claim | None = field(
        "补短板锻长板填空白", "在重点产业链关键环节补短板、锻长板、填空白并取得实际成效"
    )
    serves_leader: Claim | None = field("服务龙头企业", "直接为重点产业链龙头企业配套")
    time_honoured: Claim | None = field("中华老字号", "主导产品列入中华老字号名录")
    upgrading: Claim | None = field(
        "转型升级方向", "属于传统产业升级、新兴产业壮大或未来产业培育方向"
    )
    resilience: Claim | None = field("强链稳链", "对增强产业链供应链韧性和竞争力有重要作用")
    bottleneck: Claim | None = field("攻克卡脖子", "攻克“卡脖子”技术或产品（单项冠军加分项）")
    shares_with_smes: Claim | None = field(
        "大中小企业融通", "向中小企业开放共享资源、带动配套（单项冠军加分项）"
    )


class Operation(Form):
    """How the firm is run (经营管理), each with its evidence."""

    information_system: Claim | None = field("核心业务信息系统", "至少一项核心业务由信息系统支撑")
    governance: Claim | None = field("治理规范", "公司治理规范、管理精细、信誉良好、社会责任感强")
    digital_level: int | None = field("数字化水平", "数字化水平自测等级，1～5级", ge=1, le=5)
    advanced_process: Claim | None = field(
        "工艺国际先进", "生产技术、工艺国际先进，关键性能指标处于领先水平"
    )
    energy_advanced: Claim | None = field("能耗先进", "单位产品能耗达到限额标准先进值")
    strong_innovation: Claim | None = field(
        "创新能力领先", "拥有高水平研发机构、领先的研发强度、核心知识产权和标准"
    )
    leading_results: Claim | None = field("经营业绩领先", "经营业绩优秀，利润率处于同行领先水平")


class Conduct(Form):
    """The firm's record (守法诚信)."""

    abnormal_list: bool | None = field("经营异常名录", "申请期间是否列入经营异常名录")
    dishonesty_list: bool | None = field("严重失信名单", "申请期间是否列入严重失信主体名单")
    makes_restricted: bool | None = field(
        "禁限汰产品", "是否提供国家禁止、限制、淘汰类的产品或服务"
    )
    makes_prohibited: bool | None = field(
        "禁止类产品", "禁限汰产品中，是否有国家禁止类的（2号文只问禁止类）"
    )
    incidents: tuple[Incident, ...] | None = field("事故和处罚", "近年事故、处罚记录；没有则为空表")


class Group(Form):
    """Relations with other firms (关联关系)."""

    tied_to_little_giant: bool | None = field(
        "与小巨人有控股关系", "是否控股已有“小巨人”企业，或被其控股"
    )
    similar_in_group: bool | None = field("集团内同类", "同一集团内是否有主导产品相近的企业申报")


def _region(value: str) -> str:
    if not value:
        raise ValueError("空白；请写全称，如“江苏省”，或删去此项")
    return value


class Profile(Form):
    """An enterprise profile (企业画像)."""

    name: str | None = field("企业名称", "营业执照上的全称")
    credit_code: str | None = field(
        "统一社会信用代码", "18位代码", pattern=r"^[0-9A-HJ-NP-RT-UW-Y]{18}$"
    )
    legal_person: bool | None = field(
        "境内独立法人", "是否在中华人民共和国境内注册、具有独立法人资格"
    )
    province: Annotated[str, AfterValidator(_region)] | None = field("省份", "省、自治区、直辖市")
    city: str | None = field("市", "地级市")
    county: str | None = field("县区", "县、市、区")
    industry: str | None = field(
        "行业代码", "GB/T 4754—2017门类字母加数字或数字代码，如3985", pattern=r"^[A-T]?[0-9]{0,4}$"
    )
    size_sector: str | None = field("划型行业", "按300号文划型的行业；填写后不再由行业代码推出")
    main_product: str | None = field("主导产品", "主导产品的名称和说明")
    product_code: str | None = field(
        "产品代码",
        "《统计用产品分类目录》的8位或10位代码（单项冠军用）",
        pattern=r"^[0-9]{8}([0-9]{2})?$",
    )
    segment_years: Decimal | None = field(
        "从事细分市场年限", "截至上年末从事特定细分市场的年数，如3或3.5", ge=0
    )
    new_product: bool | None = field("属新产品", "主导产品是否为新产品（单项冠军年限放宽）")
    years: dict[int, YearFigures] = Field(
        default_factory=dict, title="年度数据", description="按会计年度列出的数据，键为年份"
    )
    platform_scores: dict[int, Annotated[Decimal, Field(ge=0, le=100)]] = Field(
        default_factory=dict,
        title="专精特新发展评价得分",
        description="平台给出的年度得分，键为年份，0～100",
    )
    intellectual_property: tuple[IntellectualProperty, ...] | None = field(
        "知识产权", "逐项列出；没有则为空表"
    )
    awards: tuple[Award, ...] | None = field("奖励和大赛", "逐项列出；没有则为空表")
    financing: tuple[Financing, ...] | None = field("股权融资", "逐笔列出；没有则为空表")
    institutions: tuple[Institution, ...] | None = field("研发机构", "逐个列出；没有则为空表")
    certificates: tuple[Certificate, ...] | None = field("认证", "逐张列出；没有则为空表")
    brands: tuple[Brand, ...] | None = field("品牌", "逐个列出；没有则为空表")
    standards: tuple[Standard, ...] | None = field("标准", "逐项列出；没有则为空表")
    titles: tuple[Title, ...] | None = field("已获称号", "逐项列出；没有则为空表")
    market: Market = Field(
        default_factory=Market, title="市场地位", description="主导产品的市场地位"
    )
    chain: Chain = Field(default_factory=Chain, title="产业链作用", description="在产业链中的作用")
    operation: Operation = Field(
        default_factory=Operation, title="经营管理", description="经营管理情况"
    )
    conduct: Conduct = Field(
        default_factory=Conduct, title="守法诚信", description="名单、事故和税务"
    )
    group: Group = Field(default_factory=Group, title="关联关系", description="与其他企业的关系")
    local: dict[str, StrictBool | Decimal] = Field(
        default_factory=dict,
        title="地方特色化事实",
        description="省级文件声明的事实，键为其编号，值为是/否或数",
    )

    def to_json(self) -> dict[str, Any]:
        """Return the profile as plain values, without what is unknown."""
        return self.model_dump(mode="json", exclude_none=True, exclude_defaults=True)

    @classmethod
    def from_json(cls, data: dict[str, Any]) -> Profile:
        """Read back what ``to_json`` gave."""
        return cls.model_validate(data)
