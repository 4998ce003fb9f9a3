"""The event log: every follower ends with the same text, whatever the interleaving."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from contextlib import aclosing
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from jupyter_llmops.core.events import PING, Event, EventLog, encode_event, read_events

pytestmark = pytest.mark.spec("CHAT-2")


class Writer:
    """An activity that writes an answer and can say what it has written."""

    def __init__(self, keep: int) -> None:
        self.text = ""
        self.done = False
        self.log = EventLog(self.snapshot, keep=keep)
        self.log.append("start", {})

    def snapshot(self) -> Iterator[tuple[str, dict[str, Any]]]:
        yield "start", {"reset": True}
        yield "answer", {"text": self.text}
        if self.done:
            yield "done", {"status": "complete"}

    def write(self, text: str) -> None:
        self.text += text
        self.log.append("answer", {"text": text})

    def finish(self) -> None:
        self.done = True
        self.log.append("done", {"status": "complete"})
        self.log.close()


class Reader:
    """A client that is cut off after so many events, again and again, and comes back with its last id."""

    def __init__(self, log: EventLog, cuts: list[int]) -> None:
        self.log, self.cuts = log, cuts
        self.text, self.ids, self.done = "", [0], 0

    async def read(self) -> None:
        for cut in [*self.cuts, None]:
            if await self._connection(cut):
                return

    async def _connection(self, cut: int | None) -> bool:
        taken = 0
        async with aclosing(self.log.follow(self.ids[-1])) as stream:
            async for frames in stream:
                for event in read_events(frames):
                    self._take(event)
                    taken += 1
                    if taken == cut:
                        return False
        return True

    def _take(self, event: Event) -> None:
        assert event.id > self.ids[-1]
        assert not self.done
        self.ids.append(event.id)
        if event.name == "start" and event.data.get("reset"):
            self.text = ""
        if event.name == "answer":
            self.text += event.data["text"]
        self.done += event.name == "done"


steps = st.lists(
    st.one_of(st.text(max_size=4).map(lambda text: ("write", text)), st.just(("turn", ""))), max_size=60
)
readers = st.lists(
    st.tuples(st.integers(0, 60), st.lists(st.integers(1, 4), max_size=12)), min_size=1, max_size=5
)


@given(keep=st.integers(1, 8), steps=steps, readers=readers)
@settings(deadline=None, max_examples=300)
def test_every_reader_ends_with_the_same_text_whatever_the_interleaving(keep, steps, readers):
    asyncio.run(_play(keep, steps, readers))


async def _play(keep: int, steps: list[tuple[str, str]], plans: list[tuple[int, list[int]]]) -> None:
    writer = Writer(keep)
    reading: list[tuple[Reader, asyncio.Task[None]]] = []
    waiting = list(plans)
    for number, (step, text) in enumerate([*steps, *[("turn", "")] * 61]):
        for plan in [plan for plan in waiting if plan[0] <= number]:
            waiting.remove(plan)
            reader = Reader(writer.log, plan[1])
            reading.append((reader, asyncio.create_task(reader.read())))
        if step == "write":
            writer.write(text)
        else:
            await asyncio.sleep(0)
    writer.finish()
    await asyncio.wait_for(asyncio.gather(*[task for _, task in reading]), 10)
    assert len(reading) == len(plans)
    assert {reader.text for reader, _ in reading} == {writer.text}
    # A reader whose last cut came right after `done` has nothing more to read.
    assert all(reader.done == 1 for reader, _ in reading)


def test_a_frame_reads_back_as_it_was_written():
    data = {"text": 'a\nb\r\n\n"\u2028'}
    assert read_events(encode_event(7, "answer", data)) == [Event(7, "answer", data)]


async def test_memory_is_bounded_by_what_the_log_keeps():
    writer = Writer(keep=10)
    for _ in range(10_000):
        writer.write("x")
    assert len(writer.log._frames) <= 20


async def test_without_a_snapshot_nothing_is_dropped():
    log = EventLog(keep=2)
    for number in range(50):
        log.append("line", {"n": number})
    log.close()
    assert [event.data["n"] async for event in log.events()] == list(range(50))
    assert [event.data["n"] async for event in log.events(after=48)] == [48, 49]


async def test_a_number_from_another_life_of_the_log_gets_a_replay():
    writer = Writer(keep=10)
    writer.write("hello")
    writer.finish()
    events = [event async for event in writer.log.events(after=10_000)]
    assert [event.name for event in events] == ["start", "answer", "done"]
    assert events[0].data == {"reset": True}


async def test_a_closed_log_takes_nothing_more():
    log = EventLog()
    log.close()
    with pytest.raises(ValueError, match="closed"):
        log.append("answer", {})


async def test_a_quiet_log_pings_its_followers_and_still_delivers():
    log = EventLog()
    async with aclosing(log.follow(ping=0.001)) as stream:
        assert await anext(stream) == PING
        log.append("answer", {"text": "late"})
        frames = [frames async for frames in _until_event(stream)]
    assert read_events(frames[-1])[0].data == {"text": "late"}


async def _until_event(stream):
    async for frames in stream:
        yield frames
        if frames != PING:
            return


async def test_one_follower_that_leaves_does_not_disturb_the_others():
    log = EventLog()
    leaving = asyncio.create_task(anext(log.follow()))
    staying = asyncio.create_task(anext(log.follow()))
    await asyncio.sleep(0)
    leaving.cancel()
    await asyncio.sleep(0)
    log.append("answer", {"text": "x"})
    assert read_events(await asyncio.wait_for(staying, 5))[0].data == {"text": "x"}
    assert not log._waiting
