"""Server-sent events."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from jupyter_llmops.client.events import OtherEvent, event_of
from jupyter_llmops.client.sse import Frame, FrameParser


def frames(*lines: str) -> list[Frame]:
    parser = FrameParser()
    return [frame for line in lines for frame in parser.feed(line)]


def test_a_frame_has_its_id_name_and_data() -> None:
    assert frames("id: 4", "event: answer", 'data: {"text":"a"}', "") == [
        Frame("4", "answer", '{"text":"a"}')
    ]


def test_comments_and_empty_frames_are_skipped() -> None:
    assert frames(": ping", "", "id: 1", "", "retry: 5", "data: x", "") == [Frame("", "message", "x")]


@given(st.lists(st.text(st.characters(exclude_characters="\r\n")), min_size=1))
def test_data_of_several_lines_is_joined_as_it_was(lines: list[str]) -> None:
    assert frames(*(f"data: {line}" for line in lines), "")[0].data == "\n".join(lines)


def test_an_event_of_a_newer_server_is_no_error() -> None:
    event = event_of(Frame("9", "tool_call", '{"name": "search"}'))
    assert event == OtherEvent(event_id=9, kind="tool_call", data={"name": "search"})


def test_fields_a_newer_server_adds_can_be_read() -> None:
    event = event_of(Frame("2", "answer", '{"text": "a", "mood": "good"}'))
    assert event.mood == "good"  # type: ignore[attr-defined]
