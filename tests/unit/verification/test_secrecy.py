"""Reports whose words point to people are proposed as secret, and silence hides them."""

from datetime import timedelta

import pytest

from services.verification.domain import decisions
from services.verification.domain.decisions import ReasonMissing, Verification
from services.verification.domain.secrecy import Sign, proposed, signs_of
from shared import contracts as c
from shared.contracts import CaseStatus, Classification
from tests.unit.verification.story import START, Story, in_status

NAMED = "Pak Bambang Sutrisno meminta uang untuk mengurus KTP."


@pytest.mark.parametrize(
    ("text", "signs"),
    [
        ("Lampu jalan di depan sekolah padam sejak Senin.", ()),
        ("Pak Lurah tidak pernah ada di kantor.", ()),
        ("Hubungi saya di 0812-3456-7890.", ()),
        ("Biaya yang diminta Rp 1.500.000 pada 12-06-2026.", ()),
        (NAMED, (Sign.NAMES,)),
        ("NIK saya 3578011234560001 ditolak.", (Sign.IDENTITY_NUMBER,)),
        ("Nomor 3578 0112 3456 0001 tidak terdaftar.", (Sign.IDENTITY_NUMBER,)),
        ("Saya bernama Siti, no. rek BCA 12345678.", (Sign.NAMES, Sign.IDENTITY_NUMBER)),
    ],
)
def test_the_words_of_a_report_show_signs_of_people(text, signs):
    case = Story().submitted(text=text).case
    assert signs_of(case) == signs
    assert proposed(case) is bool(signs)


def test_a_supplement_can_name_somebody_too():
    assert proposed(in_status(CaseStatus.ON_HOLD).told(c.ReportSupplemented, text=NAMED).case)


def test_what_the_reporter_made_secret_needs_no_proposal():
    assert not proposed(Story().submitted(text=NAMED, secret=True).case)


def test_after_an_officer_has_verified_nothing_is_proposed_any_more():
    assert not proposed(Story().submitted(text=NAMED).verified().case)


def verify(**changes) -> c.CaseVerified:
    case = Story().submitted(text=NAMED).case
    wish = Verification(Classification.SUPERVISION, "Pungutan liar", **changes)
    return decisions.verify(case, wish, 2, START + timedelta(days=1))


@pytest.mark.parametrize("secret", [None, True])
def test_a_report_that_names_people_becomes_secret_unless_an_officer_says_otherwise(secret):
    assert verify(secret=secret).secret


def test_an_officer_who_leaves_it_open_must_say_why():
    with pytest.raises(ReasonMissing) as missing:
        verify(secret=False)
    assert missing.value.signs == (Sign.NAMES,)


def test_with_a_reason_it_stays_open():
    assert not verify(secret=False, secrecy_reason="Pejabat dalam jabatannya.").secret


def test_a_report_that_names_nobody_stays_as_its_reporter_filed_it():
    case = in_status(CaseStatus.RECEIVED).case
    wish = Verification(Classification.ASPIRATION, "Lainnya", secret=False)
    assert not decisions.verify(case, wish, 2, START).secret
