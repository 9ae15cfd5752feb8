"""What can be followed, and what is news to a follower."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.intake.domain.follows import Shown, area_of, areas_of, named, news
from shared.contracts import CaseStatus

topics = st.none() | st.sampled_from(["transportasi", "listrik", "a/b"])
regions = st.none() | st.sampled_from(["35", "35.78", "35.78.01", "35.78.01.1001"])
answers = st.lists(
    st.fixed_dictionaries({"agency": st.just("35.3578"), "agency_name": st.none(), "text": st.text()}),
    max_size=4,
)
pages = st.fixed_dictionaries(
    {"status": st.sampled_from(CaseStatus), "closed_by": st.none() | st.just("system"), "answers": answers}
)


@given(topics, regions)
def test_a_case_lies_in_every_area_that_names_its_topic_or_its_region(category, region):
    found = areas_of(category, region)
    assert len(set(found)) == len(found) <= 5
    for topic in {category, None}:
        for place in {region and region[:5], region and region[:2], None}:
            if topic or place:
                assert area_of(topic, place) in found


@given(topics.filter(bool), st.sampled_from(["35", "35.78"]))
def test_an_area_is_read_as_it_was_named(category, region):
    assert named(area_of(category, region)) == (category, region)


def test_everything_is_no_area():
    with pytest.raises(ValueError, match="category"):
        area_of(None, None)


@given(pages)
def test_a_page_that_was_told_holds_no_news(view):
    assert news(Shown.read(str(Shown.of(view))), view) is None


@given(pages, pages)
def test_whatever_is_told_stands_on_the_page_now(before, after):
    after = {**after, "answers": [*before["answers"], *after["answers"]]}
    told = news(Shown.of(before), after)
    if told is None:
        assert Shown.of(before) == Shown.of(after)
    else:
        assert told.status == after["status"]
        assert [each.text for each in told.answers] == [
            each["text"] for each in after["answers"][len(before["answers"]) :]
        ]
