"""Who and what the demonstration province consists of; data only.

Two cities, two counties and Jiyuan; a hospital with departments and a superior below its health
commission; bureaus at county, city and province; a training base. Units and people are invented,
but bureaus carry the names that such bureaus have.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from engine import credit_code, id_number
from engine.id_number import Sex
from engine.offices import OfficeCode
from engine.seed.identity import DEMO_SEQUENCE
from models import UnitKind


class Place(StrEnum):
    """The units of the cast; superiors come before those below them."""

    PROVINCE_BUREAU = "province_bureau"
    ZHENGZHOU_BUREAU = "zhengzhou_bureau"
    JINSHUI_BUREAU = "jinshui_bureau"
    LUOYANG_BUREAU = "luoyang_bureau"
    LUANCHUAN_BUREAU = "luanchuan_bureau"
    JIYUAN_BUREAU = "jiyuan_bureau"
    PROVINCE_HEALTH = "province_health"
    ZHENGZHOU_HEALTH = "zhengzhou_health"
    LUOYANG_EDUCATION = "luoyang_education"
    GROUP = "group"
    HOSPITAL = "hospital"
    CLINIC = "clinic"
    JINSHUI_COMPANY = "jinshui_company"
    SCHOOL = "school"
    JIYUAN_COMPANY = "jiyuan_company"
    INSTITUTE = "institute"
    BASE = "base"


@dataclass(frozen=True)
class CastUnit:
    """A unit of the cast."""

    place: Place
    kind: UnitKind
    name: str
    region: str
    superior: Place | None
    department: Place | None = None
    nature: str = "agency"
    level: str = "city"
    industry: str = "S"
    departments: tuple[str, ...] = ()

    @property
    def credit_code(self) -> str:
        """Always the same, and below those of a synthetic province."""
        kinds = {"agency": credit_code.Kind.AGENCY, "institution": credit_code.Kind.INSTITUTION}
        kind = kinds.get(self.nature, credit_code.Kind.COMPANY)
        return credit_code.synthesise("410100", kind, 1000 + list(Place).index(self.place))


UNITS = (
    CastUnit(
        Place.PROVINCE_BUREAU,
        UnitKind.BUREAU,
        "河南省人力资源和社会保障厅",
        "410000",
        None,
        level="province",
    ),
    CastUnit(
        Place.ZHENGZHOU_BUREAU,
        UnitKind.BUREAU,
        "郑州市人力资源和社会保障局",
        "410100",
        Place.PROVINCE_BUREAU,
    ),
    CastUnit(
        Place.JINSHUI_BUREAU,
        UnitKind.BUREAU,
        "郑州市金水区人力资源和社会保障局",
        "410105",
        Place.ZHENGZHOU_BUREAU,
        level="county",
    ),
    CastUnit(
        Place.LUOYANG_BUREAU,
        UnitKind.BUREAU,
        "洛阳市人力资源和社会保障局",
        "410300",
        Place.PROVINCE_BUREAU,
    ),
    CastUnit(
        Place.LUANCHUAN_BUREAU,
        UnitKind.BUREAU,
        "洛阳市栾川县人力资源和社会保障局",
        "410324",
        Place.LUOYANG_BUREAU,
        level="county",
    ),
    CastUnit(
        Place.JIYUAN_BUREAU,
        UnitKind.BUREAU,
        "济源市人力资源和社会保障局",
        "419001",
        Place.PROVINCE_BUREAU,
    ),
    CastUnit(
        Place.PROVINCE_HEALTH,
        UnitKind.DEPARTMENT,
        "河南省卫生健康委员会",
        "410000",
        Place.PROVINCE_BUREAU,
        level="province",
    ),
    CastUnit(
        Place.ZHENGZHOU_HEALTH,
        UnitKind.DEPARTMENT,
        "郑州市卫生健康委员会",
        "410100",
        Place.PROVINCE_HEALTH,
    ),
    CastUnit(
        Place.LUOYANG_EDUCATION,
        UnitKind.DEPARTMENT,
        "洛阳市教育局",
        "410300",
        Place.LUOYANG_BUREAU,
    ),
    CastUnit(
        Place.GROUP,
        UnitKind.EMPLOYER,
        "郑州市示范医疗集团",
        "410100",
        Place.ZHENGZHOU_HEALTH,
        Place.ZHENGZHOU_HEALTH,
        nature="institution",
        industry="Q",
        departments=("医务部", "人力资源部"),
    ),
    CastUnit(
        Place.HOSPITAL,
        UnitKind.EMPLOYER,
        "郑州市示范医院",
        "410100",
        Place.GROUP,
        Place.ZHENGZHOU_HEALTH,
        nature="institution",
        industry="Q",
        departments=("内科", "外科", "儿科", "检验科", "药剂科", "护理部"),
    ),
    CastUnit(
        Place.CLINIC,  # nobody holds its office: its cases go to the superior
        UnitKind.EMPLOYER,
        "郑州市示范社区卫生服务中心",
        "410100",
        Place.GROUP,
        Place.ZHENGZHOU_HEALTH,
        nature="institution",
        industry="Q",
        departments=("全科", "护理组"),
    ),
    CastUnit(
        Place.JINSHUI_COMPANY,
        UnitKind.EMPLOYER,
        "郑州市金水区示范软件有限公司",
        "410105",
        Place.JINSHUI_BUREAU,
        nature="private_enterprise",
        level="other",
        industry="I",
        departments=("研发部", "测试部"),
    ),
    CastUnit(
        Place.SCHOOL,
        UnitKind.EMPLOYER,
        "洛阳市栾川县示范中学",
        "410324",
        Place.LUANCHUAN_BUREAU,
        Place.LUOYANG_EDUCATION,
        nature="institution",
        level="county",
        industry="P",
        departments=("语文组", "数学组", "外语组"),
    ),
    CastUnit(
        Place.JIYUAN_COMPANY,  # has no departments (E10)
        UnitKind.EMPLOYER,
        "济源市示范建筑工程有限公司",
        "419001",
        Place.JIYUAN_BUREAU,
        nature="private_enterprise",
        level="other",
        industry="E",
    ),
    CastUnit(
        Place.INSTITUTE,
        UnitKind.EMPLOYER,
        "河南省示范研究院",
        "41SZ00",
        Place.PROVINCE_BUREAU,
        nature="institution",
        level="province",
        industry="M",
        departments=("研究一室", "研究二室"),
    ),
    CastUnit(
        Place.BASE,
        UnitKind.BASE,
        "郑州市示范继续教育基地",
        "410100",
        Place.ZHENGZHOU_BUREAU,
        nature="institution",
        industry="P",
    ),
)


class Role(StrEnum):
    """The people of the cast; tests name them."""

    OWNER = "owner"
    COLLEAGUE = "colleague"
    STRANGER = "stranger"
    BUILDER = "builder"
    NURSE = "nurse"
    HOSPITAL_ADMINISTRATOR = "hospital_administrator"
    HOSPITAL_DEPUTY = "hospital_deputy"
    HOSPITAL_SUBSTITUTE = "hospital_substitute"
    GROUP_ADMINISTRATOR = "group_administrator"
    JINSHUI_COMPANY_ADMINISTRATOR = "jinshui_company_administrator"
    SCHOOL_ADMINISTRATOR = "school_administrator"
    JIYUAN_COMPANY_ADMINISTRATOR = "jiyuan_company_administrator"
    INSTITUTE_ADMINISTRATOR = "institute_administrator"
    ZHENGZHOU_HEALTH_ADMINISTRATOR = "zhengzhou_health_administrator"
    PROVINCE_HEALTH_ADMINISTRATOR = "province_health_administrator"
    LUOYANG_EDUCATION_ADMINISTRATOR = "luoyang_education_administrator"
    PROVINCE_BUREAU_ADMINISTRATOR = "province_bureau_administrator"
    ZHENGZHOU_BUREAU_ADMINISTRATOR = "zhengzhou_bureau_administrator"
    JINSHUI_BUREAU_ADMINISTRATOR = "jinshui_bureau_administrator"
    LUOYANG_BUREAU_ADMINISTRATOR = "luoyang_bureau_administrator"
    LUANCHUAN_BUREAU_ADMINISTRATOR = "luanchuan_bureau_administrator"
    JIYUAN_BUREAU_ADMINISTRATOR = "jiyuan_bureau_administrator"
    BASE_ADMINISTRATOR = "base_administrator"
    ANALYST = "analyst"
    SECOND_ANALYST = "second_analyst"
    OPERATOR = "operator"
    SYSTEM_ADMINISTRATOR = "system_administrator"
    SECURITY_ADMINISTRATOR = "security_administrator"
    AUDITOR = "auditor"


@dataclass(frozen=True)
class CastPerson:
    """A person of the cast: a professional (``works_in``), the holder of an office, or both.

    :param works_in: department of the unit, empty where it has none; null: no professional role
    :param office: held at the unit; null: none
    :param substitute_for: stands in for this holder of the same office
    """

    role: Role
    name: str
    sex: Sex
    place: Place
    works_in: str | None = None
    office: OfficeCode | None = None
    substitute_for: Role | None = None

    @property
    def birth_date(self) -> date:
        place = list(Role).index(self.role)
        return date(1968 + place, place % 12 + 1, place % 28 + 1)

    @property
    def id_number(self) -> str:
        """Always the same; made up."""
        sequence = DEMO_SEQUENCE + list(Role).index(self.role)
        return id_number.synthesise("410105", self.birth_date, self.sex, sequence)


def _holds(
    role: Role, name: str, sex: Sex, place: Place, office: OfficeCode = OfficeCode.ADMINISTRATOR
) -> CastPerson:
    return CastPerson(role, name, sex, place, office=office)


_F, _M = Sex.FEMALE, Sex.MALE
_PROVINCE = Place.PROVINCE_BUREAU
PEOPLE = (
    CastPerson(Role.OWNER, "李文静", _F, Place.HOSPITAL, "内科"),
    CastPerson(Role.COLLEAGUE, "张建国", _M, Place.HOSPITAL, "外科"),
    CastPerson(Role.STRANGER, "陈晓东", _M, Place.SCHOOL, "数学组"),
    CastPerson(Role.BUILDER, "卢志强", _M, Place.JIYUAN_COMPANY, ""),
    CastPerson(Role.NURSE, "周玉梅", _F, Place.CLINIC, "护理组"),
    # Holds an office and is a professional too: has a role to switch between (A1).
    CastPerson(
        Role.HOSPITAL_ADMINISTRATOR,
        "王秀英",
        _F,
        Place.HOSPITAL,
        "护理部",
        OfficeCode.ADMINISTRATOR,
    ),
    _holds(Role.HOSPITAL_DEPUTY, "刘德胜", _M, Place.HOSPITAL),
    CastPerson(
        Role.HOSPITAL_SUBSTITUTE,
        "赵敏",
        _F,
        Place.HOSPITAL,
        office=OfficeCode.ADMINISTRATOR,
        substitute_for=Role.HOSPITAL_ADMINISTRATOR,
    ),
    _holds(Role.GROUP_ADMINISTRATOR, "孙丽华", _F, Place.GROUP),
    _holds(Role.JINSHUI_COMPANY_ADMINISTRATOR, "何思远", _M, Place.JINSHUI_COMPANY),
    _holds(Role.SCHOOL_ADMINISTRATOR, "马振兴", _M, Place.SCHOOL),
    _holds(Role.JIYUAN_COMPANY_ADMINISTRATOR, "郭海燕", _F, Place.JIYUAN_COMPANY),
    _holds(Role.INSTITUTE_ADMINISTRATOR, "许浩然", _M, Place.INSTITUTE),
    _holds(Role.ZHENGZHOU_HEALTH_ADMINISTRATOR, "胡晓明", _M, Place.ZHENGZHOU_HEALTH),
    _holds(Role.PROVINCE_HEALTH_ADMINISTRATOR, "高雅琴", _F, Place.PROVINCE_HEALTH),
    _holds(Role.LUOYANG_EDUCATION_ADMINISTRATOR, "冯春香", _F, Place.LUOYANG_EDUCATION),
    _holds(Role.PROVINCE_BUREAU_ADMINISTRATOR, "郑国栋", _M, _PROVINCE),
    _holds(Role.ZHENGZHOU_BUREAU_ADMINISTRATOR, "谢佳怡", _F, Place.ZHENGZHOU_BUREAU),
    _holds(Role.JINSHUI_BUREAU_ADMINISTRATOR, "韩立新", _M, Place.JINSHUI_BUREAU),
    _holds(Role.LUOYANG_BUREAU_ADMINISTRATOR, "唐永红", _F, Place.LUOYANG_BUREAU),
    _holds(Role.LUANCHUAN_BUREAU_ADMINISTRATOR, "邓少华", _M, Place.LUANCHUAN_BUREAU),
    _holds(Role.JIYUAN_BUREAU_ADMINISTRATOR, "曹淑芳", _F, Place.JIYUAN_BUREAU),
    _holds(Role.BASE_ADMINISTRATOR, "彭学军", _M, Place.BASE),
    _holds(Role.ANALYST, "曾若曦", _F, _PROVINCE, OfficeCode.ANALYST),
    _holds(Role.SECOND_ANALYST, "田卫东", _M, _PROVINCE, OfficeCode.ANALYST),
    _holds(Role.OPERATOR, "董瑞", _M, _PROVINCE, OfficeCode.OPERATOR),
    _holds(Role.SYSTEM_ADMINISTRATOR, "袁哲", _M, _PROVINCE, OfficeCode.SYSTEM),
    _holds(Role.SECURITY_ADMINISTRATOR, "潘婷", _F, _PROVINCE, OfficeCode.SECURITY),
    _holds(Role.AUDITOR, "蒋慧", _F, _PROVINCE, OfficeCode.AUDITOR),
)
