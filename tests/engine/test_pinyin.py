from __future__ import annotations

import pytest

from engine import reference
from engine.pinyin import initials, pinyin


@pytest.mark.parametrize(
    ("text", "full", "short"),
    [
        pytest.param("郑州市第一人民医院", "zhengzhoushidiyirenminyiyuan", "zzsdyrmyy", id="plain"),
        pytest.param("长垣市人民医院", "changyuanshirenminyiyuan", "cysrmyy", id="长垣"),
        pytest.param(
            "许昌市长葛市第二中学", "xuchangshichanggeshidierzhongxue", "xcscgsdezx", id="长葛"
        ),
        pytest.param("鹤壁市浚县中医院", "hebishixunxianzhongyiyuan", "hbsxxzyy", id="浚县"),
        pytest.param(
            "漯河市召陵区教育局", "luoheshishaolingqujiaoyuju", "lhsslqjyj", id="漯河, 召陵"
        ),
        pytest.param("安阳市殷都区", "anyangshiyinduqu", "aysydq", id="殷都"),
        pytest.param("许昌市魏都区", "xuchangshiweiduqu", "xcswdq", id="魏都"),
        pytest.param("南乐县", "nanlexian", "nlx", id="南乐"),
        pytest.param("荥阳市", "xingyangshi", "xys", id="荥阳"),
        pytest.param("泌阳县", "biyangxian", "byx", id="泌阳"),
        pytest.param("中国银行", "zhongguoyinhang", "zgyh", id="行 of a bank"),
        pytest.param("吕女", "lvnv", "ln", id="ü is typed as v"),
        pytest.param("ＡＢＣ（河南）3号", "abchenan3hao", "abchn3h", id="Latin and digits stay"),
        pytest.param("𠮷😀x", "x", "x", id="unreadable signs are left out"),
        pytest.param("", "", "", id="nothing"),
    ],
)
def test_names_are_read_for_search(text: str, full: str, short: str) -> None:
    assert pinyin(text) == full
    assert initials(text) == short


@pytest.mark.parametrize("region", reference.regions(), ids=lambda region: region.name)
def test_the_checked_in_reading_of_a_region_is_the_one_of_the_search(
    region: reference.Region,
) -> None:
    assert (pinyin(region.name), initials(region.name)) == (region.pinyin, region.initials)
