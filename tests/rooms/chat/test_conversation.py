"""Questions and answers: what is stored, what the provider is told, branches, ratings."""

from __future__ import annotations

import asyncio
import base64
import io

import pytest
from PIL import Image

from jupyter_llmops.chat.schemas import (
    MessagesQuery,
    NewImage,
    NewMessage,
    NewSession,
    Rating,
    Regeneration,
    SessionChange,
)
from jupyter_llmops.chat.service import ChatService
from jupyter_llmops.chat.store import ChatStore
from jupyter_llmops.core.errors import Conflict, Invalid, NotFound
from jupyter_llmops.providers.base import ThinkingDelta, Usage

from .conftest import ANN, BOB
from .scripted import Refused, until


async def session_of(chat, actor=ANN, **new):
    return (await chat.create(actor, NewSession(**new))).id


async def ask(chat, session_id, content, **more):
    """Ask and wait for the end of the answer."""
    started = await chat.ask(ANN, session_id, NewMessage(content=content, **more))
    return await finished(chat, started)


async def finished(chat, started):
    async for event in started.log.events():
        last = event
    assert last.name == "done"
    return await chat.message(ANN, started.generation.id)


async def shown(chat, session_id, **query):
    return (await chat.messages(ANN, session_id, MessagesQuery(**query))).items


def png(width=4, height=4):
    buffer = io.BytesIO()
    Image.new("RGB", (width, height), "red").save(buffer, "PNG")
    return base64.b64encode(buffer.getvalue()).decode()


@pytest.mark.spec("CHAT-4", "LLM-5")
async def test_an_answer_records_model_parameters_tokens_cost_and_times(chat, tiny):
    tiny.says(ThinkingDelta("hm"), "Paris.", Usage(10, 5, 15))
    message = await ask(chat, await session_of(chat), "Capital of France?")
    assert (message.role, message.content, message.thinking) == ("assistant", "Paris.", "hm")
    assert (message.model, message.provider_id, message.model_config_id) == ("tiny", "custom", tiny.config_id)
    assert message.parameters == {"temperature": 0.5}
    usage = message.usage
    assert (usage.prompt_tokens, usage.completion_tokens, usage.total_tokens) == (10, 5, 15)
    assert not usage.estimated
    assert (usage.cost, usage.currency) == (0.015, "USD")
    assert 0 <= message.ttft_ms <= message.total_ms
    assert message.status == "complete"


@pytest.mark.spec("LLM-5")
async def test_tokens_are_estimated_and_marked_when_the_provider_does_not_count(chat, tiny):
    tiny.says("Paris.")
    assert (await ask(chat, await session_of(chat), "?")).usage.estimated


@pytest.mark.spec("CHAT-2")
async def test_what_was_asked_and_answered_is_told_to_the_provider_next_time(chat, tiny):
    tiny.system_prompt = "Be brief."
    session_id = await session_of(chat)
    tiny.says("one")
    await ask(chat, session_id, "1?")
    await ask(chat, session_id, "2?")
    told = [(message.role, message.content) for message in tiny.asked[-1]]
    assert told == [("system", "Be brief."), ("user", "1?"), ("assistant", "one"), ("user", "2?")]
    assert [message.content for message in await shown(chat, session_id)] == ["1?", "one", "2?", "Right."]
    session = await chat.session(ANN, session_id)
    assert session.message_count == 4


@pytest.mark.spec("CHAT-4")
async def test_a_session_prompt_replaces_the_configurations(chat, tiny):
    tiny.system_prompt = "Be brief."
    await ask(chat, await session_of(chat, system_prompt="Be long."), "1?")
    assert tiny.asked[0][0].content == "Be long."


@pytest.mark.spec("CHAT-4")
async def test_the_model_can_be_changed_mid_way(chat, models, tiny):
    other = next(m for m in models.known.values() if m.owner == "ann" and m is not tiny)
    other.model = "other"
    session_id = await session_of(chat)
    await ask(chat, session_id, "1?")
    message = await ask(chat, session_id, "2?", model_config_id=other.config_id)
    assert message.model == "other"
    assert (await chat.session(ANN, session_id)).model_config_id == other.config_id
    assert (await ask(chat, session_id, "3?")).model == "other"


async def test_the_questions_of_failed_answers_are_joined_so_that_roles_alternate(chat, tiny):
    session_id = await session_of(chat)
    tiny.next().say(Refused())
    failed = await ask(chat, session_id, "first")
    assert failed.status == "failed"
    assert failed.error.remedy == "Ask another"
    await ask(chat, session_id, "second")
    assert [(m.role, m.content) for m in tiny.asked[-1]] == [("user", "first\n\nsecond")]


@pytest.mark.spec("CHAT-5")
async def test_regenerate_keeps_both_answers_as_siblings(chat, tiny):
    session_id = await session_of(chat)
    tiny.says("first")
    first = await ask(chat, session_id, "?")
    second = await finished(chat, await chat.again(ANN, first.id, Regeneration()))
    assert second.siblings == [first.id, second.id]
    assert second.parent_id == first.parent_id
    assert [m.id for m in await shown(chat, session_id)] == [first.parent_id, second.id]
    assert len(await shown(chat, session_id, all=True)) == 3
    assert [(m.role, m.content) for m in tiny.asked[-1]] == [("user", "?")]


@pytest.mark.spec("CHAT-5")
async def test_edit_and_resend_branches_and_the_branch_can_be_switched(chat, tiny):
    session_id = await session_of(chat)
    await ask(chat, session_id, "1?")
    two = await ask(chat, session_id, "2?")
    edited = await ask(
        chat, session_id, "2 edited?", parent_id=(await chat.message(ANN, two.parent_id)).parent_id
    )
    branch = await shown(chat, session_id)
    assert [m.content for m in branch] == ["1?", "Right.", "2 edited?", "Right."]
    assert branch[2].siblings == [two.parent_id, edited.parent_id]
    await chat.change(ANN, session_id, SessionChange(current_message_id=two.parent_id))
    assert (await shown(chat, session_id))[-1].id == two.id, "the newest leaf below the message"


@pytest.mark.spec("CHAT-5")
async def test_the_first_question_can_be_edited_too(chat, tiny):
    session_id = await session_of(chat)
    first = await ask(chat, session_id, "1?")
    again = await ask(chat, session_id, "1 edited?", parent_id=0)
    assert again.parent_id != first.parent_id
    branch = await shown(chat, session_id)
    assert branch[0].siblings == [first.parent_id, again.parent_id]
    assert branch[0].parent_id is None


async def test_messages_of_another_session_are_no_parents_and_no_branches(chat, tiny):
    one, two = await session_of(chat), await session_of(chat)
    message = await ask(chat, one, "1?")
    with pytest.raises(Invalid) as caught:
        await chat.ask(ANN, two, NewMessage(content="x", parent_id=message.id))
    assert caught.value.errors[0].field == "parent_id"
    with pytest.raises(Invalid) as caught:
        await chat.change(ANN, two, SessionChange(current_message_id=message.id))
    assert caught.value.errors[0].field == "current_message_id"


@pytest.mark.spec("CHAT-5")
async def test_answers_are_rated_and_questions_are_not(chat):
    message = await ask(chat, await session_of(chat), "?")
    assert (await chat.rate(ANN, message.id, Rating(rating=-1))).rating == -1
    assert (await chat.message(ANN, message.id)).rating == -1
    with pytest.raises(Conflict):
        await chat.rate(ANN, message.parent_id, Rating(rating=1))


@pytest.mark.spec("CHAT-2")
async def test_a_reader_of_the_messages_sees_the_text_of_this_moment(chat, tiny):
    script = tiny.next().say("so f", "ar")
    session_id = await session_of(chat)
    started = await chat.ask(ANN, session_id, NewMessage(content="?"))
    await until(lambda: started.generation.content == "so far")
    last = (await shown(chat, session_id))[-1]
    assert (last.content, last.status) == ("so far", "streaming")
    assert (await chat.session(ANN, session_id)).streaming
    asked = await chat.asked(ANN, started)
    assert asked.user_message.content == "?"
    assert asked.message.id == started.generation.id
    script.end()
    await finished(chat, started)
    assert not (await chat.session(ANN, session_id)).streaming


@pytest.mark.spec("CHAT-2")
async def test_stop_works_from_anywhere_and_returns_the_partial_answer(chat, tiny):
    tiny.next().say("half")
    started = await chat.ask(ANN, await session_of(chat), NewMessage(content="?"))
    await until(lambda: started.generation.content)
    message = await chat.stop(ANN, started.generation.id)
    assert (message.content, message.status) == ("half", "stopped")
    assert (await chat.stop(ANN, message.id)).status == "stopped"


@pytest.mark.spec("CHAT-2")
async def test_a_finished_answer_is_followed_from_its_row_with_higher_numbers(chat, tiny):
    tiny.says(ThinkingDelta("hm"), "Paris.")
    message = await ask(chat, await session_of(chat), "?")
    chat._engine._live.clear()
    log = await chat.events(ANN, message.id, 17)
    events = [event async for event in log.events(17)]
    assert [event.name for event in events] == ["start", "thinking", "answer", "usage", "done"]
    assert events[0].data["reset"] is True
    assert events[0].data["user_message_id"] == message.parent_id
    assert [event.id for event in events] == [18, 19, 20, 21, 22]


@pytest.mark.spec("CHAT-2")
async def test_what_a_crash_left_is_interrupted_with_its_text_and_can_be_answered_again(
    db, chat, models, tiny
):
    tiny.next().say("half")
    session_id = await session_of(chat)
    started = await chat.ask(ANN, session_id, NewMessage(content="?"))
    await until(lambda: started.generation.content)
    await until(lambda: not started.generation.unsaved)
    reborn = ChatService(ChatStore(db), models)  # the old one is not closed: it crashed
    await reborn.start()
    message = await reborn.message(ANN, started.generation.id)
    assert (message.content, message.status) == ("half", "interrupted")
    again = await reborn.again(ANN, message.id, Regeneration())
    assert [event.name async for event in again.log.events()][-1] == "done"
    await reborn.close()


async def test_deleting_and_clearing_stop_the_running_answer(chat, tiny):
    session_id = await session_of(chat)
    script = tiny.next().say("a")
    await chat.ask(ANN, session_id, NewMessage(content="?"))
    await until(script.opened.is_set)
    assert (await chat.clear(ANN, session_id)).message_count == 0
    assert script.closed.is_set()
    assert await shown(chat, session_id) == []
    script = tiny.next().say("b")
    await chat.ask(ANN, session_id, NewMessage(content="?"))
    await until(script.opened.is_set)
    await chat.delete(ANN, session_id)
    assert script.closed.is_set()


async def test_a_second_question_during_an_answer_is_a_conflict(chat, tiny):
    session_id = await session_of(chat)
    tiny.next().say("a")
    await chat.ask(ANN, session_id, NewMessage(content="?"))
    with pytest.raises(Conflict):
        await chat.ask(ANN, session_id, NewMessage(content="?"))


async def test_fifty_sessions_answer_at_once(chat, tiny):
    ids = [await session_of(chat) for _ in range(50)]
    started = await asyncio.gather(*[chat.ask(ANN, i, NewMessage(content=f"{i}?")) for i in ids])
    messages = await asyncio.gather(*[finished(chat, one) for one in started])
    assert {message.content for message in messages} == {"Right."}
    assert {message.session_id for message in messages} == set(ids)


# -- titles --------------------------------------------------------------------------------------


@pytest.mark.spec("CHAT-6")
async def test_the_model_makes_the_title_of_the_first_exchange(chat, tiny):
    tiny.says("Paris.")
    tiny.title = ('"Title: The capital of the ', 'French Republic, again."')
    session_id = await session_of(chat)
    started = await chat.ask(ANN, session_id, NewMessage(content="What is the capital of France, please?"))
    assert (await chat.session(ANN, session_id)).title == "What is the capital of France"
    events = [(event.name, event.data) async for event in started.log.events()]
    assert ("title", {"title": "The capital of the French Republic"}) in events
    assert (await chat.session(ANN, session_id)).title == "The capital of the French Republic"
    await ask(chat, session_id, "And of Spain?")
    assert tiny.titles_asked == 1


@pytest.mark.spec("CHAT-6")
async def test_a_title_that_a_person_gave_stays(chat, tiny):
    session_id = await session_of(chat, title="Mine")
    await ask(chat, session_id, "?")
    assert (await chat.session(ANN, session_id)).title == "Mine"
    assert tiny.titles_asked == 0


@pytest.mark.spec("CHAT-6")
async def test_without_a_title_from_the_model_the_first_words_stay(chat, tiny):
    tiny.says("Paris.")
    tiny.title = (Refused(),)
    session_id = await session_of(chat)
    await ask(chat, session_id, "# Hello there\nmore")
    assert (await chat.session(ANN, session_id)).title == "Hello there"


# -- images --------------------------------------------------------------------------------------


@pytest.mark.spec("LLM-6")
async def test_images_go_to_the_model_now_and_with_later_questions(chat, tiny):
    tiny.capabilities = frozenset({"chat", "vision"})
    session_id = await session_of(chat)
    answer = await ask(chat, session_id, "what?", images=[NewImage(media_type="image/png", data=png(8, 6))])
    question = await chat.message(ANN, answer.parent_id)
    assert [(i.media_type, i.width, i.height) for i in question.images] == [("image/png", 8, 6)]
    data, media_type = await chat.image(ANN, question.images[0].id)
    assert media_type == "image/png"
    assert tiny.asked[0][-1].images[0].data == data
    await ask(chat, session_id, "and?")
    assert tiny.asked[-1][0].images[0].data == data
    with pytest.raises(NotFound):
        await chat.image(BOB, question.images[0].id)


@pytest.mark.spec("LLM-6")
async def test_a_model_without_eyes_refuses_images_in_words(chat, tiny):
    tiny.capabilities = frozenset({"chat"})
    session_id = await session_of(chat)
    with pytest.raises(Invalid) as caught:
        await chat.ask(
            ANN, session_id, NewMessage(content="?", images=[NewImage(media_type="image/png", data=png())])
        )
    assert caught.value.errors[0].field == "images"
    assert await shown(chat, session_id) == []


@pytest.mark.spec("LLM-6")
async def test_changing_to_a_model_without_eyes_leaves_old_images_out_and_says_so(chat, tiny):
    tiny.capabilities = frozenset({"chat", "vision"})
    session_id = await session_of(chat)
    await ask(chat, session_id, "what?", images=[NewImage(media_type="image/png", data=png())])
    tiny.capabilities = frozenset({"chat"})
    message = await ask(chat, session_id, "and?")
    assert tiny.asked[-1][0].images == ()
    assert len(message.notices) == 1


# -- two people ----------------------------------------------------------------------------------


async def test_nothing_of_mine_is_anothers_to_see_or_touch(chat, tiny):
    session_id = await session_of(chat, title="secret")
    tiny.next().say("half")
    started = await chat.ask(ANN, session_id, NewMessage(content="?"))
    await until(lambda: started.generation.content)
    message_id = started.generation.id
    attempts = [
        chat.session(BOB, session_id),
        chat.change(BOB, session_id, SessionChange(title="x")),
        chat.delete(BOB, session_id),
        chat.restore(BOB, session_id),
        chat.clear(BOB, session_id),
        chat.messages(BOB, session_id, MessagesQuery()),
        chat.ask(BOB, session_id, NewMessage(content="?")),
        chat.message(BOB, message_id),
        chat.again(BOB, message_id, Regeneration()),
        chat.rate(BOB, message_id, Rating(rating=1)),
        chat.events(BOB, message_id, 0),
        chat.stop(BOB, message_id),
    ]
    for attempt in attempts:
        with pytest.raises(NotFound):
            await attempt
    assert (await chat.delete_many(BOB, [session_id])).deleted == 0
    assert started.generation.streaming, "nobody else stopped it"
    assert (await chat.session(ANN, session_id)).title == "secret"
