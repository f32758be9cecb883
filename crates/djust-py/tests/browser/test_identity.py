"""Elements stay the same objects while the list around them changes."""

from collections.abc import Callable

from tab import LivePage

OpenPage = Callable[..., LivePage]

MARK = """() => {
    for (const row of document.querySelectorAll('tbody tr')) row.mark = row.cells[0].textContent;
}"""
READ = """() => [...document.querySelectorAll('tbody tr')]
    .map((row) => [row.cells[0].textContent, row.mark ?? null])
"""


def created_and_marked(open_page: OpenPage) -> tuple[LivePage, list[str]]:
    """A table whose rows were created by the first event, each with a property of its own."""
    live = open_page("/table/")
    live.click("text=Create 1,000")
    live.page.evaluate(MARK)
    return live, [number for number, _ in live.page.evaluate(READ)]


def check_rows(live: LivePage, numbers: list[str], new: tuple[str, ...] = ()) -> None:
    expected = [[number, None if number in new else number] for number in numbers]
    assert live.page.evaluate(READ) == expected


def test_swap(open_page: OpenPage) -> None:
    live, numbers = created_and_marked(open_page)
    live.click("text=Swap two")
    numbers[1], numbers[-2] = numbers[-2], numbers[1]
    check_rows(live, numbers)


def test_reverse(open_page: OpenPage) -> None:
    live, numbers = created_and_marked(open_page)
    live.click("text=Reverse")
    check_rows(live, numbers[::-1])
    live.check_same_state()


def test_remove(open_page: OpenPage) -> None:
    live, numbers = created_and_marked(open_page)
    live.click("tbody tr:nth-child(5) .quiet")
    del numbers[4]
    check_rows(live, numbers)


def test_prepend(open_page: OpenPage) -> None:
    live, numbers = created_and_marked(open_page)
    live.click("text=Prepend one")
    check_rows(live, ["1001", *numbers], new=("1001",))


def test_update_select_and_append(open_page: OpenPage) -> None:
    live, numbers = created_and_marked(open_page)
    live.click("text=Update every tenth")
    live.click("tbody tr:nth-child(7) .link")
    live.click("text=Append 1,000")
    added = [str(number) for number in range(1001, 2001)]
    check_rows(live, [*numbers, *added], new=tuple(added))


def test_all_of_them_one_after_the_other(open_page: OpenPage) -> None:
    live, numbers = created_and_marked(open_page)
    for name in ["Reverse", "Swap two", "Prepend one", "Reverse", "Swap two"]:
        live.click(f"text={name}")
    numbers.reverse()
    numbers[1], numbers[-2] = numbers[-2], numbers[1]
    numbers = ["1001", *numbers][::-1]
    numbers[1], numbers[-2] = numbers[-2], numbers[1]
    check_rows(live, numbers, new=("1001",))
    live.check_same_state()


def test_rows_of_the_first_load_keep_their_identity(open_page: OpenPage) -> None:
    live = open_page("/search/")
    live.page.evaluate(MARK)
    live.page.get_by_role("searchbox").fill("bamboo")
    live.page.get_by_role("searchbox").fill("")
    live.settle()
    before = dict(live.page.evaluate(READ))
    assert len(before) == 50
    # Found with both queries, so never removed.
    assert before["Folding bamboo basket"] == "Folding bamboo basket"
