"""RabbitMQ's management API may fail over a queue that is being deleted: a question is asked again."""

import httpx
import pytest

from deploy.provision import management
from deploy.provision.management import Management, ManagementError


@pytest.fixture
def answering(monkeypatch):
    """A management API that answers with these statuses, one after the other."""
    monkeypatch.setattr(management, "_PAUSES", (0, 0))

    def api(*statuses: int) -> Management:
        left = iter(statuses)
        made = Management("http://broker")
        transport = httpx.MockTransport(lambda _: httpx.Response(next(left), json=["there"]))
        made._client = httpx.AsyncClient(base_url="http://broker", transport=transport)
        return made

    return api


@pytest.mark.parametrize("statuses", [(200,), (500, 200), (500, 503, 200)])
async def test_a_question_is_asked_again_until_it_is_answered(answering, statuses):
    assert await answering(*statuses).get("queues", "/") == ["there"]


@pytest.mark.parametrize(("statuses", "told"), [((500, 500, 500), "500"), ((404,), "404")])
async def test_what_stays_wrong_is_told_with_the_call(answering, statuses, told):
    with pytest.raises(ManagementError, match=f"GET /api/queues/%2F: {told}"):
        await answering(*statuses).get("queues", "/")


async def test_a_change_is_not_asked_for_twice(answering):
    with pytest.raises(ManagementError, match="PUT /api/users/sla: 500"):
        await answering(500, 204).put("users", "sla", body={})
