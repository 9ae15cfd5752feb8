"""Where a call came from never gets past the edge: only a keyed hash that dies with the day."""

import pytest

from shared.web.edge import Edge


async def seen_by(edge: Edge, app_saw: list, *addresses: str | None) -> list:
    async def nothing(*_):
        return {"type": "http.request", "body": b""}

    for address in addresses:
        headers = [(b"host", b"x"), *([(b"x-lapor-source", address.encode())] if address else [])]
        await edge({"type": "http", "method": "GET", "path": "/", "headers": headers}, nothing, nothing)
    return app_saw


@pytest.fixture
def scopes() -> list:
    return []


@pytest.fixture
def edge(scopes) -> Edge:
    async def app(scope, receive, send):
        scopes.append(dict(scope))

    return Edge(app)


async def test_no_code_behind_the_edge_sees_an_address(edge, scopes):
    [scope] = await seen_by(edge, scopes, "203.0.113.77")
    assert "203.0.113.77" not in repr(scope) and "x-lapor-source" not in repr(scope)


async def test_one_address_is_one_source_and_another_is_another(edge, scopes):
    first, again, other = await seen_by(edge, scopes, "203.0.113.77", "203.0.113.77", "203.0.113.78")
    assert first["source"] == again["source"] != other["source"]


async def test_another_process_knows_the_same_address_by_another_name(edge, scopes):
    await seen_by(edge, scopes, "203.0.113.77")
    await seen_by(Edge(edge._app), scopes, "203.0.113.77")
    assert scopes[0]["source"] != scopes[1]["source"]


async def test_a_call_that_does_not_come_by_the_gateway_has_no_source(edge, scopes):
    [scope] = await seen_by(edge, scopes, None)
    assert scope["source"] is None


async def test_whoever_holds_an_ipv6_network_is_one_source(edge, scopes):
    addresses = "2001:db8:1:2::1", "2001:db8:1:2:ffff::9", "2001:db8:1:3::1"
    one, same, other = await seen_by(edge, scopes, *addresses)
    assert one["source"] == same["source"] != other["source"]


async def test_an_ipv4_address_written_as_ipv6_is_the_same_source(edge, scopes):
    plain, mapped = await seen_by(edge, scopes, "203.0.113.77", "::ffff:203.0.113.77")
    assert plain["source"] == mapped["source"]
