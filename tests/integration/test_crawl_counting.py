"""Which counters a crawl asks for, in which form, and when it stops asking."""

from datetime import UTC, datetime, timedelta

from crawler.counters import BATCH_SIZE
from crawler.counting import REFRESHED_SINGLY, Counting
from storage.article import Counter

ROOT = "http://news.example"
NOW = datetime(2026, 1, 1, tzinfo=UTC)


def counter(number: int) -> Counter:
    return Counter(owner="7", article_id=str(number))


def wanting(count: int, form: str | None = None) -> Counting:
    counting = Counting(form=form)
    for number in range(count):
        counting.want(ROOT, counter(number))
    return counting


def test_one_request_asks_for_a_batch_and_the_rest_waits():
    asks, unknown = wanting(BATCH_SIZE + 5).take(rest=False)

    assert [len(ask.ids) for ask in asks] == [BATCH_SIZE]
    assert unknown == 0


def test_no_counter_is_asked_twice():
    counting = wanting(3)
    counting.take(rest=True)

    counting.want(ROOT, counter(1))

    assert counting.take(rest=True) == ([], 0)


def test_a_form_that_nobody_answers_costs_a_few_questions_before_the_next_is_tried():
    counting = wanting(40)
    questions = []

    while asks := counting.take(rest=True)[0]:
        questions += [ask.form.name for ask in asks]
        for ask in asks:
            counting.answer(ask, body=None)

    assert questions.count("batch") == 1
    assert questions.count("single") <= 3
    assert questions.count("old_json") <= 3
    assert counting.form is None


def test_one_bad_answer_does_not_give_up_a_form_that_answers():
    counting = wanting(5, form="single")
    first, *others = counting.take(rest=True)[0]

    counting.answer(first, body="<html>404</html>")
    for ask in others:
        counting.answer(ask, body=" 12 ")

    assert counting.form == "single"


def test_known_counts_are_refreshed_a_few_a_crawl_where_each_costs_a_request():
    counting = Counting(form="single")
    for number in range(30):
        read_at = NOW - timedelta(days=number)
        counting.refresh(ROOT, counter(number), counted_at=read_at)

    asks, _ = counting.take(rest=True)
    for ask in asks:
        counting.answer(ask, body="5")
    asks += counting.take(rest=True)[0]

    assert sorted(int(ask.ids[0]) for ask in asks) == list(range(30 - REFRESHED_SINGLY, 30))


def test_known_counts_are_all_refreshed_where_a_request_asks_for_many():
    counting = Counting(form="batch")
    for number in range(30):
        counting.refresh(ROOT, counter(number), counted_at=NOW)

    asks, _ = counting.take(rest=True)

    assert [len(ask.ids) for ask in asks] == [30]


def test_a_count_that_was_never_read_is_asked_for_in_any_form():
    counting = Counting(form="old_json")
    for number in range(3):
        counting.refresh(ROOT, counter(number), counted_at=None)

    asks, _ = counting.take(rest=True)

    assert {ask.ids[0] for ask in asks} == {"0", "1", "2"}
