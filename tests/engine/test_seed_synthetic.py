from __future__ import annotations

from collections import Counter
from datetime import date

import pytest
from peewee import JOIN, fn

from engine import credit_code, crypto, id_number
from engine.seed import Place, small_province, synthetic
from models import (
    Account,
    Appointment,
    Code,
    Office,
    Professional,
    Unit,
    UnitAncestor,
    UnitDepartment,
    UnitKind,
    db,
)

TODAY = date(2026, 11, 23)

pytestmark = pytest.mark.usefixtures("database")

# Every unit with each unit above it, walked from the superiors alone.
WALK = """
    WITH RECURSIVE walk(unit, ancestor, distance) AS (
        SELECT id, id, 0 FROM unit
        UNION ALL
        SELECT walk.unit, above.superior_id, walk.distance + 1
        FROM walk JOIN unit AS above ON above.id = walk.ancestor
        WHERE above.superior_id IS NOT NULL
    ) SELECT unit, ancestor, distance FROM walk
"""


def quiet(done: int) -> None:
    assert done > 0


def check_invariants() -> None:
    """What must hold in a province of any size."""
    roots = Unit.select().where(Unit.superior.is_null()).count()
    assert roots == 1
    walked = {tuple(row) for row in db.execute_sql(WALK).fetchall()}
    stored = UnitAncestor.select(UnitAncestor.unit, UnitAncestor.ancestor, UnitAncestor.distance)
    assert set(stored.tuples()) == walked
    root = Unit.get(Unit.superior.is_null())
    assert (
        UnitAncestor.select().where(UnitAncestor.ancestor == root).count() == Unit.select().count()
    )
    held = (
        Unit.select(Unit.id)
        .join(Office)
        .join(Appointment)
        .where(Office.code == "administrator")
        .distinct()
    )
    clinic = Unit.select(Unit.id).where(Unit.name == "郑州市示范社区卫生服务中心")
    assert set(held.tuples()) | set(clinic.tuples()) == set(Unit.select(Unit.id).tuples())
    for column in (Account.lookup, Unit.name, Unit.credit_code):
        model = column.model
        assert model.select(fn.COUNT(column.distinct())).scalar() == model.select().count()
    wrong = (
        Professional.select()
        .join(UnitDepartment, JOIN.LEFT_OUTER)
        .where(UnitDepartment.unit != Professional.unit)
    )
    assert not wrong.exists()
    bureaus = Counter(
        code for (code,) in Unit.select(Unit.region).where(Unit.kind == UnitKind.BUREAU).tuples()
    )
    assert set(bureaus.values()) == {1}


@pytest.mark.parametrize(
    ("people", "units"),
    [(0, 1), (0, 2), (30, 8), (50, 40), pytest.param(2000, 700, marks=pytest.mark.slow)],
)
def test_a_province_of_any_size_is_whole(people: int, units: int) -> None:
    done: list[int] = []
    synthetic(people, units, done.append)
    assert sum(done) == people + units
    assert Unit.select().count() == units
    assert Professional.select().count() == people
    assert Account.select().count() == people + units
    check_invariants()


def test_it_fits_around_the_demonstration_province_and_can_grow() -> None:
    demo = small_province()
    for round_number in (1, 2):
        synthetic(40, 60, quiet)
        assert Unit.select().count() == len(demo.units) + 60 * round_number
        check_invariants()
    assert small_province() == demo
    bureau = demo.units[Place.ZHENGZHOU_BUREAU]
    assert UnitAncestor.select().where(UnitAncestor.ancestor == bureau).count() > 5


def test_people_are_valid_and_agree_with_their_profile() -> None:
    synthetic(100, 40, quiet)
    codes = {(code.scheme, code.code) for code in Code.select()}
    for professional in Professional.select():
        number = crypto.unseal(professional.account.id_number)
        parsed = id_number.parse(number, TODAY)
        assert crypto.lookup(number) == bytes(professional.account.lookup)
        assert parsed.birth_date == professional.birth_date
        assert parsed.sex == professional.sex
        assert 22 <= TODAY.year - parsed.birth_date.year <= 61
        assert ("major", professional.major) in codes
        assert ("ethnicity", professional.ethnicity) in codes
        assert ("education", professional.education) in codes
        assert ("country", professional.nationality) in codes
        assert professional.unit.kind == UnitKind.EMPLOYER


def test_nobody_can_be_reached_by_the_phone_and_mail_of_made_up_people() -> None:
    synthetic(20, 10, quiet)
    for account in Account.select():
        phone = crypto.unseal(account.phone)
        assert phone.startswith("140")
        assert len(phone) == 11
        assert crypto.unseal(account.email).endswith(".example")


def test_units_carry_valid_codes_and_reading() -> None:
    synthetic(0, 40, quiet)
    codes = {(code.scheme, code.code) for code in Code.select()}
    for unit in Unit.select():
        assert credit_code.parse(unit.credit_code) == unit.credit_code
        assert unit.pinyin.isascii()
        assert unit.initials
        for scheme in ("nature", "level", "industry"):
            assert (scheme, getattr(unit, scheme)) in codes


def test_hospitals_are_supervised_by_a_health_commission() -> None:
    synthetic(0, 200, quiet)
    hospitals = Unit.select().where(Unit.industry == "Q", Unit.kind == UnitKind.EMPLOYER)
    assert hospitals.count() > 5
    assert all("卫生健康委员会" in unit.department.name for unit in hospitals)


def test_too_few_units_for_people_are_refused_and_nothing_is_written() -> None:
    with pytest.raises(ValueError, match="employer"):
        synthetic(1, 1, quiet)
    assert not Unit.select().exists()
    assert not Account.select().exists()


def test_a_seed_that_is_broken_off_leaves_nothing() -> None:
    done: list[int] = []

    def break_off(written: int) -> None:
        done.append(written)
        if len(done) == 2:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        synthetic(50, 20, break_off)
    assert done == [20, 50]
    assert not Account.select().exists()
    assert not UnitAncestor.select().exists()


def test_numbering_goes_on_after_the_given_ids() -> None:
    synthetic(10, 10, quiet)
    highest = Office.select(fn.MAX(Office.id)).scalar()
    unit = Unit.select().first()
    assert Office.create(unit=unit, code="other", name="其他").id == highest + 1


def test_the_same_seed_makes_the_same_province_twice() -> None:
    provinces = []
    for _ in range(2):
        with db.atomic() as transaction:
            synthetic(30, 20, quiet)
            units = list(Unit.select(Unit.name, Unit.credit_code).order_by(Unit.id).tuples())
            people = list(Account.select(Account.name).order_by(Account.id).tuples())
            provinces.append((units, people))
            transaction.rollback()
    assert provinces[0] == provinces[1]
