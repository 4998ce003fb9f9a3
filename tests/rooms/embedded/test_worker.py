"""When a child is started, kept, replaced and stopped; with children of paper."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable

import pytest

from jupyter_llmops.providers.embedded import worker as worker_module
from jupyter_llmops.providers.embedded.problems import StartFailed
from jupyter_llmops.providers.embedded.worker import Worker

pytestmark = pytest.mark.spec("PROV-2")


class PaperChild:
    def __init__(self, pid: int) -> None:
        self.pid = pid
        self.ended = asyncio.Event()
        self.answers = True

    @property
    def alive(self) -> bool:
        return not self.ended.is_set()

    async def healthy(self) -> bool:
        return self.answers

    async def wait(self) -> int:
        await self.ended.wait()
        return -9

    def kill(self) -> None:
        self.ended.set()

    async def stop(self) -> None:
        self.ended.set()


class Stage:
    """A worker, the children it has got so far, and the time it believes in."""

    def __init__(self) -> None:
        self.children: list[PaperChild] = []
        self.time = 0.0
        self.go = asyncio.Event()
        self.go.set()
        self.failures = 0
        self.worker = Worker(self.spawn, idle_seconds=600, clock=lambda: self.time)  # type: ignore[arg-type]

    async def spawn(self) -> PaperChild:
        await self.go.wait()
        if self.failures:
            self.failures -= 1
            raise StartFailed()
        self.children.append(PaperChild(len(self.children)))
        return self.children[-1]


@pytest.fixture
async def stage(monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Stage]:
    monkeypatch.setattr(worker_module, "CHECK_EVERY", 0.01)
    stage = Stage()
    yield stage
    await stage.worker.stop()


async def until(condition: Callable[[], bool], limit: float = 20.0) -> None:
    async with asyncio.timeout(limit):
        while not condition():
            await asyncio.sleep(0.005)


async def test_many_callers_at_once_start_one_child(stage: Stage) -> None:
    got = await asyncio.gather(*(stage.worker.child() for _ in range(20)))
    assert len(stage.children) == 1
    assert set(got) == set(stage.children)


async def test_a_caller_that_gives_up_does_not_stop_the_start_for_others(stage: Stage) -> None:
    stage.go.clear()
    first, second = (asyncio.create_task(stage.worker.child()) for _ in range(2))
    await until(lambda: stage.worker.status()["state"] == "starting")
    first.cancel()
    stage.go.set()
    assert (await second).alive
    assert len(stage.children) == 1


async def test_a_failed_start_reaches_all_who_waited_and_is_tried_again(stage: Stage) -> None:
    stage.failures = 1
    results = await asyncio.gather(*(stage.worker.child() for _ in range(3)), return_exceptions=True)
    assert all(isinstance(result, StartFailed) for result in results)
    assert (await stage.worker.child()).alive


async def test_a_crashed_child_is_replaced_at_the_next_use(stage: Stage) -> None:
    await stage.worker.child()
    stage.children[0].kill()
    assert (await stage.worker.child()).pid == 1
    assert stage.worker.status()["starts"] == 2


async def test_a_silent_child_is_replaced_for_all_callers_by_one(stage: Stage) -> None:
    await stage.worker.child()
    stage.children[0].answers = False
    stage.time += 60
    got = await asyncio.gather(*(stage.worker.child() for _ in range(10)))
    assert {child.pid for child in got} == {1}
    assert not stage.children[0].alive


async def test_a_silent_child_is_not_taken_from_those_it_answers(stage: Stage) -> None:
    async with stage.worker.lease() as first:
        stage.children[0].answers = False
        stage.time += 60
        async with stage.worker.lease() as second:
            assert second is first


async def test_a_child_that_stays_silent_is_ended_without_being_asked(stage: Stage) -> None:
    await stage.worker.child()
    stage.children[0].answers = False
    await until(lambda: not stage.children[0].alive)
    await until(lambda: stage.worker.status()["state"] == "stopped")


async def test_an_idle_child_is_stopped_and_a_used_one_is_not(stage: Stage) -> None:
    async with stage.worker.lease() as child:
        stage.time += 10_000
        for _ in range(10):
            await asyncio.sleep(0.01)  # several looks of the watcher
        assert child.alive
    assert child.alive, "the time without use begins at the end of the answer"
    stage.time += 601
    await until(lambda: not child.alive)
    assert (await stage.worker.child()).pid == 1


async def test_stop_ends_a_start_that_is_under_way(stage: Stage) -> None:
    stage.go.clear()
    waiting = asyncio.create_task(stage.worker.child())
    await until(lambda: stage.worker.status()["state"] == "starting")
    await stage.worker.stop()
    with pytest.raises(asyncio.CancelledError):
        await waiting
    assert stage.worker.status()["state"] == "stopped"
