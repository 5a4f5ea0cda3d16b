from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from stdnum.cn import uscc

from engine.credit_code import Fault, InvalidCreditCode, Kind, parse, synthesise

CODE = synthesise("410105", Kind.INSTITUTION, 12345678)


@given(kind=st.sampled_from(Kind), sequence=st.integers(0, 10**8 - 1))
def test_a_synthesised_code_reads_back(kind: Kind, sequence: int) -> None:
    code = synthesise("410100", kind, sequence)
    assert uscc.is_valid(code)
    assert parse(f" {code.lower()} ") == code


@pytest.mark.parametrize(
    ("typed", "fault"),
    [
        pytest.param("", Fault.LENGTH, id="empty"),
        pytest.param(CODE[:-1], Fault.LENGTH, id="too short"),
        pytest.param(CODE + "0", Fault.LENGTH, id="too long"),
        pytest.param("Z" * 18, Fault.CHARACTERS, id="letters that the standard leaves out"),
        pytest.param("😀" * 18, Fault.CHARACTERS, id="emoji"),
        pytest.param(CODE[:-1] + ("0" if CODE[-1] != "0" else "1"), Fault.CHECKSUM, id="check"),
    ],
)
def test_a_bad_code_is_refused_with_its_own_code(typed: str, fault: Fault) -> None:
    with pytest.raises(InvalidCreditCode) as refused:
        parse(typed)
    assert refused.value.fault is fault
    assert refused.value.fields == {"credit_code": fault}


@pytest.mark.parametrize("sequence", [-1, 10**8])
def test_a_sequence_out_of_range_is_refused(sequence: int) -> None:
    with pytest.raises(ValueError, match=str(sequence)):
        synthesise("410100", Kind.COMPANY, sequence)
