"""What a provider is told of a conversation, and the shape of its tree."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jupyter_llmops.chat.history import Shape, conversation
from jupyter_llmops.providers.base import ImagePart

pytestmark = pytest.mark.spec("CHAT-5")


def row(number, role, content):
    return {"id": number, "role": role, "content": content}


def letters(texts):
    return "".join("".join(texts).split())


turns = st.lists(st.tuples(st.sampled_from(["user", "assistant"]), st.sampled_from(["", " ", "a", "b\nc"])))


@given(turns)
def test_roles_alternate_and_no_text_is_lost(turns):
    rows = [row(number, role, content) for number, (role, content) in enumerate(turns)]
    told = conversation("be brief", rows, {})
    assert told[0].role == "system"
    roles = [message.role for message in told]
    assert all(one != other for one, other in pairwise(roles))
    assert letters(m.content for m in told[1:]) == letters(content for _, content in turns)
    assert all(message.content.strip() for message in told)


def test_a_message_of_images_alone_is_told():
    image = ImagePart("image/png", b"x")
    told = conversation("", [row(1, "user", "")], {1: [image]})
    assert told[0].images == (image,)


def test_the_shape_knows_siblings_branches_and_leaves():
    parents = {1: None, 2: 1, 3: 2, 4: 3, 5: 2, 6: 5, 7: 1}
    roles = {1: "user", 2: "assistant", 3: "user", 4: "assistant", 5: "user", 6: "assistant", 7: "assistant"}
    shape = Shape([{"id": i, "parent_id": parents[i], "role": roles[i]} for i in parents])
    assert shape.siblings(2) == [2, 7]
    assert shape.siblings(5) == [3, 5]
    assert shape.branch(6) == [1, 2, 5, 6]
    assert shape.branch(None) == []
    assert shape.newest_leaf(2) == 6
    assert shape.newest_leaf(3) == 4
    assert 7 in shape
    assert 8 not in shape
