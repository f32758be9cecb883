"""Frames between the server's numbering and the client's acknowledgement."""

import pytest

from djust.runtime.outbox import WINDOW, Outbox


def filled(count: int) -> Outbox:
    outbox = Outbox()
    for _ in range(count):
        outbox.add(str)
    return outbox


def test_numbers_grow_by_one_and_frames_are_kept_until_acknowledged() -> None:
    outbox = filled(5)
    assert outbox.after(0) == ["1", "2", "3", "4", "5"]
    outbox.acknowledge(3)
    assert outbox.after(0) == ["4", "5"]
    assert outbox.after(4) == ["5"]
    assert outbox.after(5) == []


def test_acknowledging_again_or_too_much_changes_nothing() -> None:
    outbox = filled(5)
    outbox.acknowledge(3)
    outbox.acknowledge(1)
    outbox.acknowledge(99)
    assert outbox.acknowledged == 3
    assert outbox.after(0) == ["4", "5"]


def test_full_when_the_client_is_behind() -> None:
    outbox = filled(WINDOW)
    assert outbox.is_full
    outbox.acknowledge(1)
    assert not outbox.is_full


def test_a_client_can_go_on_where_the_frames_reach() -> None:
    outbox = filled(5)
    outbox.acknowledge(3)
    assert [outbox.can_continue(seq) for seq in range(7)] == [
        False,
        False,
        False,
        True,
        True,
        True,
        False,
    ]


def test_void_starts_after_both_sides() -> None:
    outbox = filled(5)
    outbox.void(9)
    assert (outbox.seq, outbox.after(0), outbox.can_continue(9)) == (9, [], True)
    assert outbox.add(str) == "10"


def test_a_frame_that_cannot_be_written_takes_no_number() -> None:
    outbox = filled(1)
    with pytest.raises(ZeroDivisionError):
        outbox.add(lambda seq: str(1 // 0))
    assert outbox.seq == 1 and len(outbox.kept) == 1
