"""The endpoints for programs, through Gradio's own client and the official client of the Model Context Protocol."""

from __future__ import annotations

import asyncio
import json

import pytest
from test_app import served, served_at  # noqa: F401

pytestmark = pytest.mark.filterwarnings("ignore")  # gradio and its server warn of each other
NAMES = ["/ask", "/check", "/documents", "/search"]


@pytest.fixture
def client(findings, history):
    from gradio_client import Client

    with served_at(findings, history) as address:
        yield Client(address, verbose=False, analytics_enabled=False)


def test_four_endpoints_by_name_with_types_and_words(client):
    told = client.view_api(return_format="dict")["named_endpoints"]
    assert sorted(told) == NAMES
    for one in told.values():
        assert "Example: {" in one["description"]
    assert [p["parameter_name"] for p in told["/search"]["parameters"]][:2] == ["question", "most"]


def test_ask_gives_the_record(client):
    found = client.predict("How was Newham judged overall in 2014?", api_name="/ask")
    assert found["claims"][0]["citations"][0]["quote"] and not found["abstained"]
    assert json.dumps(found)
    narrowed = client.predict("How was it judged?", authorities=["Newham"], date_to="2014", api_name="/ask")
    assert narrowed["understood"]["authorities"] == ["Newham"] and narrowed["understood"]["to"] == "2014"


def test_search_documents_and_check(client):
    found = client.predict("return home interviews in Newham", most=3, api_name="/search")
    assert len(found["passages"]) == 3 and found["understood"]["authorities"] == ["Newham"]
    papers = client.predict("newham", api_name="/documents")
    assert papers and {paper["authority"] for paper in papers} == {"Newham"}
    quote = " ".join(found["passages"][0]["text"].split(". ")[0].split()[:8])
    assert client.predict(quote=quote, api_name="/check")["found"]
    claims = [{"text": "It is 99% better.", "citations": [{"quote": quote}]}]
    assert client.predict(claims=claims, api_name="/check")["stand"] == 0


@pytest.mark.parametrize(
    ("given", "named", "said"),
    [
        (" ", {}, "the question is empty"),
        ("Why?", {"date_from": "May"}, "is no date"),
        ("Why?", {"backend": "nonsense"}, "unknown backend"),
    ],
)
def test_what_goes_wrong_is_said_in_words(client, given, named, said):
    with pytest.raises(Exception, match=said):
        client.predict(given, **named, api_name="/ask")


def test_the_unexpected_tells_nothing_of_the_inside(served):  # noqa: F811
    from gradio_client import Client

    client = Client(served, verbose=False, analytics_enabled=False)
    with pytest.raises(Exception, match="something went wrong") as told:
        client.predict("crash", api_name="/ask")
    assert "secret detail" not in str(told.value)


def test_ask_streams_what_a_model_has_written_and_was_checked(served):  # noqa: F811
    from gradio_client import Client

    job = Client(served, verbose=False, analytics_enabled=False).submit("Ask the model", api_name="/ask")
    *before, last = list(job)
    assert any(step.get("writing") and step["withheld"] == 1 for step in before)
    assert last["question"] == "Ask the model" and "writing" not in last


def test_several_people_get_their_own_answers(served):  # noqa: F811
    from gradio_client import Client

    clients = [Client(served, verbose=False, analytics_enabled=False) for _ in range(3)]
    jobs = [c.submit(f"Question {i}?", api_name="/ask") for i, c in enumerate(clients)]
    assert [job.result(timeout=30)["question"] for job in jobs] == [f"Question {i}?" for i in range(3)]


def test_the_same_as_tools_of_the_model_context_protocol(findings, history):
    from mcp import ClientSession
    from mcp.client.streamable_http import streamablehttp_client

    async def use(address: str):
        async with (
            streamablehttp_client(f"{address}gradio_api/mcp/") as (read, write, _),
            ClientSession(read, write) as session,
        ):
            await session.initialize()
            tools = (await session.list_tools()).tools
            ask = next(tool for tool in tools if tool.name.endswith("ask"))
            answer = await session.call_tool(ask.name, {"question": "How was Newham judged overall in 2014?"})
            wrong = await session.call_tool(ask.name, {"question": " "})
            return tools, answer, wrong

    with served_at(findings, history) as address:
        tools, answer, wrong = asyncio.run(use(address))
    assert sorted(f"/{tool.name.rpartition('_')[2]}" for tool in tools) == NAMES
    assert all(tool.description for tool in tools)
    assert "citations" in answer.content[0].text and not answer.isError
    assert wrong.isError and "the question is empty" in wrong.content[0].text
