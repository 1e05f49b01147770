"""What `wenxun search` prints, to people and to programs."""

import json

import pytest


@pytest.fixture
def filled(desk, news):
    desk.site_of(news)
    assert desk.crawl().code == 0
    return desk


def test_an_article_is_found_by_two_letters_of_its_title_and_what_was_found_is_marked(filled):
    [one, *_] = filled.exported()
    word = one["title"][3:5]

    found = filled.run("search", f"title:{word}", "--json", "--limit", "100")

    assert found.code == 0
    assert one["id"] in {record["id"] for record in found.records}
    for record in found.records:
        assert [record["title"][a:b] for a, b in record["title_marks"]]
        assert {record["title"][a:b] for a, b in record["title_marks"]} == {word}


def test_the_newest_are_first_and_the_rest_is_told(filled):
    dates = sorted((one["published_at"] for one in filled.exported()), reverse=True)

    found = filled.run("search", "工作", "--json", "--limit", "5")

    assert [record["published_at"] for record in found.records] == dates[:5]
    assert found.err == "there are more than these 5 (--limit)\n"


def test_lines_for_people_are_whole_in_a_pipe(filled):
    [first] = filled.run("search", "工作", "--json", "--limit", "1").records

    lines = filled.run("search", "工作", "--limit", "1").out.splitlines()

    assert lines == [
        f"{first['published_at'][:10]}  {first['title']}",
        f"    {first['snippet']}",
        f"    yunling  {first['id']}  {first['url']}",
    ]


def test_what_begins_with_a_dash_is_left_out(filled):
    everything = filled.run("search", "工作", "--json", "--limit", "100").records
    without = filled.run("search", "工作", "-图书馆", "-huawei", "--json", "--limit", "100").records

    texts = {one["id"]: json.dumps(one, ensure_ascii=False) for one in filled.exported()}
    assert [one["id"] for one in without] == [
        one["id"] for one in everything if "图书馆" not in texts[one["id"]]
    ]


def test_nothing_found_is_no_failure(filled):
    found = filled.run("search", "没有这样的词")

    assert (found.code, found.out, found.err) == (0, "", "nothing found\n")


def test_the_index_is_made_anew(filled):
    done = filled.run("search", "--reindex")

    count = filled.rows("SELECT count(*) FROM documents")[0][0]
    assert (done.code, done.out) == (0, "")
    assert done.err == f"search index: {count} documents filled in\n"
    assert filled.run("search", "工作", "--limit", "1").out
