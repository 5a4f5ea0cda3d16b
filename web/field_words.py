"""What is wrong with a field of the registration forms, in words a person can act on."""

from __future__ import annotations

from collections.abc import Mapping

from flask_babel import lazy_gettext

from engine.errors import Invalid
from web.errors import INVALID

# By field and code; then by code alone; then the words that all forms share.
_OF_FIELD = {
    ("id_number", "fifteen_digits"): lazy_gettext("15 位的旧身份证号已停用，请填写 18 位身份证号"),
    ("id_number", "length"): lazy_gettext("身份证号应为 18 位"),
    ("id_number", "too_long"): lazy_gettext("身份证号应为 18 位"),
    ("id_number", "characters"): lazy_gettext("身份证号只能是数字，最后一位可以是字母 X"),
    ("id_number", "province"): lazy_gettext("身份证号开头的地区代码不存在，请核对"),
    ("id_number", "date"): lazy_gettext("身份证号中的出生日期不存在，请核对"),
    ("id_number", "future"): lazy_gettext("身份证号中的出生日期晚于今天，请核对"),
    ("id_number", "checksum"): lazy_gettext("身份证号的校验位不对，请逐位核对"),
    ("name", "characters"): lazy_gettext(
        "姓名只能用汉字，少数民族姓名中间用“·”分隔；不能有字母、数字、空格或符号"
    ),
    ("name", "too_short"): lazy_gettext("姓名至少 2 个字"),
    ("name", "too_long"): lazy_gettext("姓名最多 50 个字"),
    ("phone", "format"): lazy_gettext("请填写 11 位的手机号"),
    ("email", "format"): lazy_gettext("邮箱格式不对，应像 name@example.cn"),
    ("sex", "differs_from_id"): lazy_gettext("性别与身份证号不一致"),
    ("birth_date", "differs_from_id"): lazy_gettext("出生日期与身份证号不一致"),
    ("birth_date", "future"): lazy_gettext("出生日期晚于今天"),
    ("unit", "choice"): lazy_gettext("请重新选择所在单位：它不存在、还没有审核通过或已停用"),
    ("unit", "out_of_region"): lazy_gettext("所选单位不在所选的地区，请重新选择"),
    ("department", "choice"): lazy_gettext("请重新选择：所选的部门不存在、已停用或不属于所选单位"),
    ("department", "required"): lazy_gettext("所选单位设有部门，请选择所属工作部门"),
    ("existing", "no_match"): lazy_gettext(
        "没有相符的账号。请核对身份证号、姓名和原来的登录密码；还不是本系统用户的，请取消勾选"
    ),
    ("notice", "notice"): lazy_gettext("请阅读个人信息处理告知并勾选"),
    ("region", "no_bureau"): lazy_gettext("所选地区还没有可以审核的人社部门，请联系省人社厅"),
    ("region", "bureau_exists"): lazy_gettext("所选地区已有人社部门账号，不能重复注册"),
    ("superior", "choice"): lazy_gettext("请重新选择上级单位：它不存在、已停用或类型不符"),
    ("superior", "out_of_region"): lazy_gettext("所选上级单位不在所选地区或其上级、所辖地区"),
    ("department", "out_of_region"): lazy_gettext("所选主管部门不在所选地区或其上级、所辖地区"),
    ("credit_code", "length"): lazy_gettext("统一社会信用代码应为 18 位"),
    ("credit_code", "characters"): lazy_gettext(
        "统一社会信用代码只能是数字和大写字母（不含 I、O、S、V、Z）"
    ),
    ("credit_code", "checksum"): lazy_gettext("统一社会信用代码的校验位不对，请逐位核对"),
    ("unit_name", "too_short"): lazy_gettext("单位名称至少 2 个字"),
    ("licence", "required"): lazy_gettext("请上传证照扫描件"),
    ("licence", "choice"): lazy_gettext("请重新上传证照扫描件"),
}
_OF_CODE = {
    "id_taken": lazy_gettext(
        "证件号已存在。已提交过注册的，请到“注册审核进度查询”查看；已是本系统用户的，"
        "请勾选“已是本系统用户”并填写原来的登录密码"
    ),
    "credit_code_taken": lazy_gettext("该统一社会信用代码的单位已经注册或正在审核"),
    "characters": lazy_gettext("不能有表情、尖括号、换行等特殊字符"),
    "format": lazy_gettext("格式不对"),
    "date": lazy_gettext("日期应写成 2026-01-31 的样子，并且确有这一天"),
    "choice": lazy_gettext("请重新选择"),
    "too_short": lazy_gettext("内容太短"),
    "file_empty": lazy_gettext("文件是空的，请重新选择"),
    "file_too_many": lazy_gettext("上传次数太多，请 15 分钟后再试"),
    "file_too_big": lazy_gettext("文件超过 5 MB，请压缩后再上传"),
    "file_not_picture": lazy_gettext("只能上传 JPG 或 PNG 图片"),
    "file_damaged": lazy_gettext("图片损坏，打不开，请重新扫描或另存后再上传"),
    "file_too_many_pixels": lazy_gettext("图片的像素太多，请缩小后再上传"),
}


def words(faults: Mapping[str, str]) -> dict[str, str]:
    """The words of each fault, by field."""
    return {name: _word(name, code) for name, code in faults.items()}


def words_of(error: Invalid) -> dict[str, str]:
    """The words of a refused form, by field."""
    return words(error.fields)


def _word(name: str, code: str) -> str:
    found = _OF_FIELD.get((name, code)) or _OF_CODE.get(code) or INVALID.get(code)
    return str(code if found is None else found)
