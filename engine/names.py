"""Made-up names of people and units: plausible, seeded, nobody's in particular."""

from __future__ import annotations

from collections.abc import Iterable
from enum import StrEnum
from itertools import accumulate, count, repeat
from random import Random

from engine.id_number import Sex

# The hundred or so most frequent surnames cover about 85 % of people; the weights fall off
# roughly as the real frequencies do.
_SURNAMES = (
    "王李张刘陈杨黄赵吴周徐孙马朱胡郭何林高罗郑梁谢宋唐许韩邓冯曹彭曾肖田董潘袁蔡蒋余"
    "于杜叶程魏苏吕丁任卢姚沈钟姜崔谭陆范汪廖石金韦贾夏付方邹熊白孟秦邱侯江尹薛闫段雷"
    "龙黎史陶贺毛郝顾龚邵万覃武钱戴严莫孔向常汤康易乔赖文"
)
_DOUBLE_SURNAMES = ("欧阳", "上官", "司马", "诸葛")
_DOUBLE_SHARE = 0.002
_SINGLE_GIVEN_SHARE = 0.15
_CUMULATIVE = tuple(accumulate(1 / (rank + 4) for rank in range(len(_SURNAMES))))

_GIVEN = {
    Sex.MALE: (
        "伟强磊军勇杰涛超明刚平辉鹏华飞鑫波斌宇浩凯健俊帆帅旭宁龙林阳建国志文海峰永红卫东"
        "新春庆松柏少民振兴德胜学智博远航天佑子轩泽瀚晨睿铭哲恒毅彬诚栋梁坤乾晖昊然逸"
    ),
    Sex.FEMALE: (
        "芳娜敏静丽艳娟霞秀燕玲桂英红梅兰珍莉萍雪琳慧洁婷倩颖悦欣怡佳琪梦瑶雨涵诗思晓文月"
        "春香凤巧云素青华荣彩玉翠菊莲丹露晶莹雅琴淑惠美菲璐薇蕾宁馨若曦可心语桐"
    ),
}

_COMPANY_FIRST = "瑞恒鑫宏中豫华天金盛泰嘉博远新正东昌安德信众联创宇航伟永鼎"
_COMPANY_SECOND = "丰达源业通和祥茂科诚邦泽润兴隆凯元鸿基腾辉力景程海"
_COMPANY_TRADE = (
    "建筑工程",
    "工程咨询",
    "建设监理",
    "机械制造",
    "电气设备",
    "信息技术",
    "软件",
    "生物医药",
    "农业科技",
    "环保科技",
    "测绘地理信息",
    "检验检测",
    "会计服务",
    "水利工程",
    "新材料",
)
_ORDINALS = "一二三四五六七八九十"
_ATTEMPTS = 20


class UnitSort(StrEnum):
    """Sorts of units that the made-up province is built of."""

    HOSPITAL = "hospital"
    SCHOOL = "school"
    COMPANY = "company"
    INSTITUTE = "institute"
    HEALTH_COMMISSION = "health_commission"
    EDUCATION_BUREAU = "education_bureau"
    HOUSING_BUREAU = "housing_bureau"
    HR_BUREAU = "hr_bureau"
    TRAINING_BASE = "training_base"


_PATTERNS = {
    UnitSort.HOSPITAL: (
        "{region}人民医院",
        "{region}中医院",
        "{region}妇幼保健院",
        "{region}第{ordinal}人民医院",
        "{region}{brand}医院",
    ),
    UnitSort.SCHOOL: (
        "{region}实验小学",
        "{region}第{ordinal}中学",
        "{region}实验中学",
        "{region}第{ordinal}小学",
        "{region}职业中等专业学校",
        "{region}{brand}学校",
    ),
    UnitSort.COMPANY: ("河南{brand}{trade}有限公司", "{region}{brand}{trade}有限公司"),
    UnitSort.INSTITUTE: (
        "{region}农业科学研究所",
        "{region}规划设计院",
        "{region}产品质量检验检测中心",
        "{region}疾病预防控制中心",
        "{region}{brand}研究所",
    ),
    UnitSort.TRAINING_BASE: ("{region}专业技术人员继续教育基地", "{region}{brand}继续教育基地"),
}
_STATE = {
    UnitSort.HEALTH_COMMISSION: "{region}卫生健康委员会",
    UnitSort.EDUCATION_BUREAU: "{region}教育{bureau}",
    UnitSort.HOUSING_BUREAU: "{region}住房和城乡建设{bureau}",
    UnitSort.HR_BUREAU: "{region}人力资源和社会保障{bureau}",
}


def state_office(region: str, sort: UnitSort) -> str:
    """The name of the one office of this sort in a region; a province's is a 厅, not a 局.

    :raises KeyError: if the sort is none of the state
    """
    bureau = "厅" if region.endswith("省") else "局"
    return _STATE[sort].format(region=region, bureau=bureau)


def person(random: Random, sex: Sex) -> str:
    """A name of two to four characters."""
    if random.random() < _DOUBLE_SHARE:
        surname = random.choice(_DOUBLE_SURNAMES)
    else:
        surname = random.choices(_SURNAMES, cum_weights=_CUMULATIVE)[0]
    given = _GIVEN[sex]
    length = 1 if random.random() < _SINGLE_GIVEN_SHARE else 2
    return surname + "".join(random.choices(given, k=length))


class UnitNames:
    """Gives each employer and base of one run a name that no other unit has."""

    def __init__(self, random: Random, taken: Iterable[str] = ()) -> None:
        self._random = random
        self._taken = set(taken)

    def name(self, region: str, sort: UnitSort) -> str:
        """A new name for a unit of this sort; ``region`` is the name that it may begin with.

        :raises KeyError: if the sort is an office of the state, which exists once in a region
        """
        patterns = _PATTERNS[sort]
        for pattern in (*patterns, *repeat(patterns[-1], _ATTEMPTS)):
            name = self._fill(pattern, region)
            if name not in self._taken:
                break
        else:
            branches = (f"{self._fill(patterns[-1], region)}第{n}分部" for n in count(2))
            name = next(name for name in branches if name not in self._taken)
        self._taken.add(name)
        return name

    def _fill(self, pattern: str, region: str) -> str:
        brand = "".join(self._random.choice(part) for part in (_COMPANY_FIRST, _COMPANY_SECOND))
        return pattern.format(
            region=region,
            brand=brand,
            ordinal=self._random.choice(_ORDINALS),
            trade=self._random.choice(_COMPANY_TRADE),
        )
