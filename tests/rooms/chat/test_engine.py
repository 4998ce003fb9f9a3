"""Answers run on the server, whoever follows them; their text is kept whatever happens."""

from __future__ import annotations

import asyncio

import pytest

from jupyter_llmops.chat import engine as engine_module
from jupyter_llmops.chat import keeper as keeper_module
from jupyter_llmops.chat.engine import AlreadyAnswering, GenerationEngine
from jupyter_llmops.core.errors import Conflict, StorageFull
from jupyter_llmops.providers.base import Notice, Retag, ThinkingDelta, ToolCall, Usage

from .scripted import Refused, Rows, Script, answer, events_of, job, joined, until

pytestmark = pytest.mark.spec("CHAT-2")


@pytest.fixture
def rows():
    return Rows()


@pytest.fixture
async def engine(rows):
    engine = GenerationEngine(rows)
    yield engine
    await engine.close()


@pytest.fixture
def quick_flush(monkeypatch):
    monkeypatch.setattr(keeper_module, "FLUSH_SECONDS", 0.01)


async def test_an_answer_needs_no_follower_to_be_finished_and_saved(engine, rows):
    generation = engine.start(answer(), job(Script().say("Hel", "lo").end()))
    await until(lambda: rows.results)
    assert rows.results[1]["content"] == "Hello"
    assert rows.results[1]["status"] == "complete"
    assert rows.results[1]["finish_reason"] == "stop"
    assert generation.log.closed


async def test_events_come_in_the_order_of_the_contract(engine):
    script = Script().say(ThinkingDelta("hm"), "Hi", Notice("dropped {name}", {"name": "top_k"})).end()

    async def title(_):
        return "Greeting"

    events = await events_of(engine.start(answer(), job(script, title)))
    assert [name for name, _ in events] == [
        "start", "thinking", "answer", "notice", "usage", "title", "done",
    ]  # fmt: skip
    assert events[0][1] == {"message_id": 1, "user_message_id": 1000, "model": "tiny"}
    assert events[3][1] == {"text": "dropped top_k"}
    assert events[-1][1] == {"status": "complete", "finish_reason": "stop"}


async def test_every_follower_reads_the_same_from_any_number(engine):
    script = Script()
    generation = engine.start(answer(), job(script))
    early = asyncio.create_task(events_of(generation))
    script.say(*"The quick brown fox")
    await until(lambda: generation.log.last_id > 1)
    late = asyncio.create_task(events_of(generation))
    script.say(" jumps").end()
    for events in (await early, await late, await events_of(generation)):
        assert joined(events, "answer") == "The quick brown fox jumps"
        assert events[-1][0] == "done"
    resumed = await events_of(generation, after=2)
    assert resumed == (await early)[2:]


async def test_the_first_delta_goes_out_at_once_and_a_burst_is_joined(engine):
    generation = engine.start(answer(), job(Script().say(*["x"] * 500).end()))
    events = await events_of(generation)
    deltas = [data["text"] for name, data in events if name == "answer"]
    assert deltas[0] == "x"
    assert "".join(deltas) == "x" * 500
    assert len(deltas) < 100


async def test_a_held_back_delta_does_not_wait_for_the_next_one(engine):
    script = Script().say("a", "b")
    generation = engine.start(answer(), job(script))
    async with asyncio.timeout(5):
        text = ""
        async for event in generation.log.events():
            text += event.data.get("text", "")
            if text == "ab":
                break
    script.end()


@pytest.mark.spec("LLM-2")
async def test_retag_turns_the_answer_so_far_into_thinking(engine, rows):
    script = Script().say("let me", " see", Retag(), "Yes").end()
    events = await events_of(engine.start(answer(), job(script)))
    names = [name for name, _ in events]
    assert names.index("retag") > names.index("answer")
    await until(lambda: rows.results)
    assert rows.results[1]["thinking"] == "let me see"
    assert rows.results[1]["content"] == "Yes"
    assert rows.results[1]["thinking_ms"] is not None


@pytest.mark.spec("CHAT-3")
async def test_thinking_has_a_duration_and_comes_with_usage(engine, rows):
    script = Script().say(ThinkingDelta("hm"))
    generation = engine.start(answer(), job(script))
    await until(lambda: generation.thinking)
    await asyncio.sleep(0.02)
    script.say("ok", Usage(1, 2, 3)).end()
    usage = dict(await events_of(generation))["usage"]
    assert usage["thinking_ms"] >= 15
    assert usage["ttft_ms"] <= usage["total_ms"]
    assert rows.results[1]["thinking_ms"] == usage["thinking_ms"]


@pytest.mark.spec("LLM-3")
async def test_stop_closes_the_provider_and_keeps_the_partial_answer(engine, rows):
    script = Script().say("half an ans")
    generation = engine.start(answer(), job(script))
    following = asyncio.create_task(events_of(generation))
    await until(lambda: generation.content)
    async with asyncio.timeout(1):
        await engine.stop(1)
    assert script.closed.is_set()
    assert rows.results[1]["content"] == "half an ans"
    assert rows.results[1]["status"] == "stopped"
    assert (await following)[-1] == ("done", {"status": "stopped", "finish_reason": "stopped"})


async def test_stop_before_the_first_step_works_too(engine, rows):
    script = Script().say("never")
    engine.start(answer(), job(script))
    await engine.stop(1)
    assert rows.results[1]["status"] == "stopped"
    assert not script.opened.is_set()


async def test_stop_twice_or_after_the_end_does_nothing(engine, rows):
    generation = engine.start(answer(), job(Script().say("a").end()))
    await events_of(generation)
    await engine.stop(1)
    await engine.stop(99)
    assert rows.results[1]["status"] == "complete"


async def test_a_provider_that_fails_in_mid_answer_leaves_text_reason_and_remedy(engine, rows):
    generation = engine.start(answer(), job(Script().say("so far", Refused())))
    events = await events_of(generation)
    assert events[-2] == ("error", {"code": "refused", "message": "No thanks", "remedy": "Ask another"})
    assert events[-1][1] == {"status": "failed", "finish_reason": "error"}
    assert rows.results[1]["content"] == "so far"
    assert rows.results[1]["error"]["code"] == "refused"


async def test_errors_speak_the_language_of_the_one_who_asked(engine, rows):
    generation = engine.start(answer(language="zh-CN"), job(Script().say(StorageFull())))
    error = dict(await events_of(generation))["error"]
    assert any("一" <= character <= "鿿" for character in error["message"])


async def test_a_defect_of_a_provider_ends_the_answer_and_not_the_server(engine, rows):
    generation = engine.start(answer(), job(Script().say("a", ZeroDivisionError("secret sk-1"))))
    events = await events_of(generation)
    assert events[-1][1]["status"] == "failed"
    assert "sk-1" not in str(events)


async def test_a_model_that_does_not_stop_is_cut_off(engine, rows, monkeypatch):
    monkeypatch.setattr("jupyter_llmops.chat.generation.MAX_CHARACTERS", 10)
    script = Script().say("12345678", "9012345")
    events = await events_of(engine.start(answer(), job(script)))
    assert dict(events)["error"]["code"] == "answer_too_long"
    assert script.closed.is_set()


async def test_a_tool_call_is_noted_once(engine):
    script = Script().say(
        ToolCall(0, "a", "search", ""), ToolCall(0, "", "", "{}"), ToolCall(0, "a", "search", "")
    )
    events = await events_of(engine.start(answer(), job(script.say("x").end())))
    assert len([name for name, _ in events if name == "notice"]) == 1


async def test_live_text_is_written_at_least_every_second_in_one_go(engine, rows, quick_flush):
    scripts = [Script().say(f"text {number}") for number in range(20)]
    for number, script in enumerate(scripts):
        engine.start(answer(number, session=number), job(script))
    await until(lambda: len(rows.texts) == 20)
    assert {row["content"] for row in rows.texts.values()} == {f"text {number}" for number in range(20)}
    assert max(texts for texts, _ in rows.writes) >= 10
    for script in scripts:
        script.end()
    await until(lambda: len(rows.results) == 20)


async def test_a_quiet_answer_is_not_written_again_and_again(engine, rows, quick_flush):
    script = Script().say("a")
    engine.start(answer(), job(script))
    await until(lambda: rows.writes)
    count = len(rows.writes)
    await asyncio.sleep(0.1)
    assert len(rows.writes) == count
    script.end()


async def test_a_full_disk_in_mid_answer_loses_nothing(engine, rows, quick_flush):
    rows.trouble = StorageFull()
    script = Script().say("before")
    generation = engine.start(answer(), job(script))
    following = asyncio.create_task(events_of(generation))
    await until(lambda: generation.notices)
    assert "no room" in generation.notices[0]
    script.say(" after").end()
    events = await following
    assert joined(events, "answer") == "before after"
    assert dict(events)["error"]["code"] == "storage_full"
    assert events[-1][1]["status"] == "complete"
    assert engine.get(1) is generation, "still served from memory"
    rows.trouble = None
    await until(lambda: rows.results)
    assert rows.results[1]["content"] == "before after"
    assert rows.results[1]["status"] == "complete"


async def test_an_unexpected_defect_of_the_store_does_not_stop_saving(engine, rows, quick_flush, caplog):
    rows.trouble = KeyError("x")
    generation = engine.start(answer(), job(Script().say("a").end()))
    assert dict(await events_of(generation))["error"]["code"] == "internal"
    rows.trouble = None
    await until(lambda: rows.results)


async def test_shutting_down_marks_what_runs_as_interrupted_with_its_text(rows):
    engine = GenerationEngine(rows)
    script = Script().say("half")
    generation = engine.start(answer(), job(script))
    await until(lambda: generation.content)
    following = asyncio.create_task(events_of(generation))
    await asyncio.sleep(0)
    await engine.close()
    assert rows.results[1]["content"] == "half"
    assert rows.results[1]["status"] == "interrupted"
    assert (await following)[-1][1]["status"] == "interrupted"
    assert script.closed.is_set()
    with pytest.raises(Conflict):
        engine.start(answer(2), job(Script()))


async def test_one_session_takes_one_answer_at_a_time(engine):
    script = Script()
    with engine.reserve(7):
        with pytest.raises(AlreadyAnswering), engine.reserve(7):
            pass
        engine.start(answer(session=7), job(script))
    with pytest.raises(AlreadyAnswering), engine.reserve(7):
        pass
    with engine.reserve(8):
        pass
    assert engine.streaming_sessions("ann") == {7}
    assert engine.streaming_sessions("bob") == set()
    script.end()
    await until(lambda: engine.streaming_in(7) is None)
    with engine.reserve(7):
        pass


@pytest.mark.spec("CHAT-6")
async def test_a_slow_title_does_not_hold_up_the_end(engine, monkeypatch):
    monkeypatch.setattr(engine_module, "TITLE_SECONDS", 0.01)
    released = asyncio.Event()
    stored = []

    async def title(_):
        await released.wait()
        stored.append("late")
        return "late"

    events = await events_of(engine.start(answer(), job(Script().say("a").end(), title)))
    assert [name for name, _ in events] == ["start", "answer", "usage", "done"]
    released.set()
    await until(lambda: stored)


async def test_a_title_that_fails_harms_nothing(engine, caplog):
    async def title(_):
        raise ZeroDivisionError

    events = await events_of(engine.start(answer(), job(Script().say("a").end(), title)))
    assert events[-1] == ("done", {"status": "complete", "finish_reason": "stop"})


async def test_a_finished_answer_is_forgotten_after_a_while(engine, monkeypatch):
    monkeypatch.setattr(engine_module, "LINGER_SECONDS", 0.01)
    await events_of(engine.start(answer(), job(Script().say("a").end())))
    await until(lambda: engine.get(1) is None)


async def test_nothing_ticks_while_nothing_runs(engine):
    await events_of(engine.start(answer(), job(Script().say("a", "b").end())))
    await until(lambda: engine._keeper._task is None and engine._ticker._timer is None)


async def test_a_follower_that_asks_for_lost_events_gets_the_whole_so_far_and_then_the_rest(engine):
    script = Script().say(ThinkingDelta("hm"), *"abc", Notice("n", {}))
    generation = engine.start(answer(), job(script))
    await until(lambda: generation.notices)
    following = asyncio.create_task(events_of(generation, after=10_000))
    await asyncio.sleep(0)
    script.say("def").end()
    events = await following
    assert [name for name, _ in events[:4]] == ["start", "thinking", "answer", "notice"]
    assert events[0][1]["reset"] is True
    assert (joined(events, "thinking"), joined(events, "answer")) == ("hm", "abcdef")
    assert events[-1][0] == "done"


async def test_a_long_answer_keeps_little_in_its_log_and_loses_nothing(engine):
    script = Script()
    generation = engine.start(answer(), job(script))
    late = []
    for number in range(3000):
        generation.notice("notice {number}", number=number)
        if number == 1500:
            late.append(asyncio.create_task(events_of(generation, after=3)))
            await asyncio.sleep(0)
    script.say("text").end()
    events = await late[0]
    assert events[0] == ("start", {"message_id": 1, "user_message_id": 1000, "model": "tiny", "reset": True})
    assert joined(events, "answer") == "text"
    assert len(generation.log._frames) <= 1000
