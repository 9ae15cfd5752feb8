"""What is asked, checked and redirected before and while a report is filed."""

import pytest

from shared.contracts import ReportSubmitted

from .conftest import REPORT

KTP = {**REPORT, "category": "kependudukan"}
EMERGENCY = {
    **REPORT,
    "title": "Tolong, darurat",
    "text": "Toko di sebelah sedang dirampok, tolong kirim polisi!",
}


def wrong(answer):
    return answer.status_code, [error["field"] for error in answer.json()["errors"]]


async def test_answers_travel_with_the_report_in_words(intake):
    await intake.file(
        **{**KTP, "answers": {"jenis-dokumen": "ktp", "diminta-uang": True, "jumlah-diminta": 50000}}
    )
    (fact,) = await intake.said(ReportSubmitted)
    assert [(answer.question, answer.value) for answer in fact.answers] == [
        ("jenis-dokumen", "KTP elektronik"), ("diminta-uang", "ya"), ("jumlah-diminta", "50000"),
    ]  # fmt: skip


async def test_the_reporter_reads_the_own_answers_and_the_public_does_not(intake):
    filed = await intake.file(**{**KTP, "answers": {"jenis-dokumen": "kk"}})
    own = (await intake.http.get(filed.url, headers=filed.code)).json()
    assert own["question_answers"][0]["value"] == "Kartu keluarga"
    assert "question_answers" not in (await intake.http.get(filed.url)).json()


async def test_each_wrong_answer_is_named(intake):
    answers = {
        "jenis-dokumen": "lain",
        "tanggal-pengajuan": "2099-01-01",
        "warna": "merah",
        "diminta-uang": "ya",
    }
    answer = await intake.http.post("/v1/reports", json={**KTP, "answers": answers})
    assert wrong(answer) == (
        422, ["answers.warna", "answers.dokumen-lain", "answers.tanggal-pengajuan", "answers.diminta-uang"]
    )  # fmt: skip


async def test_an_application_that_asks_nothing_can_still_file(intake):
    await intake.file(**KTP)
    (fact,) = await intake.said(ReportSubmitted)
    assert fact.answers is None


async def test_the_questions_of_a_category_can_be_asked_for(intake):
    listed = (await intake.http.get("/v1/categories")).json()
    assert len(listed) > 20 and listed[-1]["code"] == "lainnya"
    asked = (await intake.http.get("/v1/categories/bantuan-sosial/questions")).json()
    assert [question["code"] for question in asked] == [
        "diminta-uang", "jumlah-diminta", "program-bantuan", "terdaftar"
    ]  # fmt: skip


async def test_an_unknown_category_has_no_questions(intake):
    assert (await intake.http.get("/v1/categories/sihir/questions")).status_code == 404


async def test_a_check_says_what_is_asked_given_the_answers(intake):
    body = {"category": "kependudukan", "answers": {"jenis-dokumen": "lain"}}
    checked = (await intake.http.post("/v1/reports/check", json=body)).json()
    assert "dokumen-lain" in [question["code"] for question in checked["questions"]]
    assert [error["field"] for error in checked["errors"]] == ["answers.dokumen-lain"]


async def test_a_check_of_an_emergency_names_the_number_to_call(intake):
    body = {key: EMERGENCY[key] for key in ("title", "text")}
    checked = (await intake.http.post("/v1/reports/check", json=body)).json()
    assert checked["decision"] == "stop"
    assert checked["redirection"]["where"][0]["call"] == "112"


async def test_a_check_keeps_nothing(intake):
    await intake.http.post("/v1/reports/check", json={"title": "Judul", "text": "Isi laporan"})
    assert await intake.count("reports") == 0 and await intake.said() == []


async def test_filing_what_is_certainly_elsewhere_is_refused_with_the_way_there(intake):
    answer = await intake.http.post("/v1/reports", json=EMERGENCY)
    assert wrong(answer) == (422, ["insist"])
    assert "112" in answer.json()["errors"][0]["message"]


async def test_a_reporter_who_insists_is_heard(intake):
    await intake.file(**{**EMERGENCY, "insist": True})
    assert await intake.count("reports") == 1


async def test_filing_what_is_only_probably_elsewhere_is_accepted(intake):
    await intake.file(title="Motor hilang", text="Motor saya dicuri semalam di depan rumah.")
    assert await intake.count("reports") == 1


@pytest.mark.parametrize(("point", "hinted"), [((-7.27, 112.75), False), ((3.59, 98.67), True)])
async def test_a_point_far_from_the_region_is_a_hint_and_no_refusal(intake, point, hinted):
    place = {"region": "35.78", "latitude": point[0], "longitude": point[1]}
    checked = (await intake.http.post("/v1/reports/check", json={"place": place})).json()
    assert [hint["field"] for hint in checked["hints"]] == ["place.latitude"] * hinted
    await intake.file(place=place)


@pytest.mark.parametrize("region", ["35.78.99", "99", "35.78.08.9999", "94.71"])
async def test_a_region_that_does_not_exist_is_refused_by_field(intake, region):
    answer = await intake.http.post("/v1/reports", json={**REPORT, "place": {"region": region}})
    assert wrong(answer) == (422, ["place.region"])


async def test_a_report_without_any_place_is_fine(intake):
    await intake.file(place={})


async def test_a_region_is_found_by_a_mistyped_name(intake):
    found = (await intake.http.get("/v1/regions", params={"q": "gubng surabya"})).json()
    assert (found[0]["code"], found[0]["within"]) == ("35.78.08", ["Jawa Timur", "Kota Surabaya"])


async def test_without_a_query_there_are_the_provinces(intake):
    assert len((await intake.http.get("/v1/regions")).json()) == 38


async def test_a_region_tells_what_lies_in_it(intake):
    region = (await intake.http.get("/v1/regions/35.78.08")).json()
    assert (region["name"], region["level"]) == ("Gubeng", 2)
    assert "Airlangga" in [child["name"] for child in region["children"]]


@pytest.mark.parametrize("code", ["35.99", "x", "35.78.08.1001.1", "٣٥"])
async def test_an_unknown_region_is_not_found(intake, code):
    assert (await intake.http.get(f"/v1/regions/{code}")).status_code == 404
