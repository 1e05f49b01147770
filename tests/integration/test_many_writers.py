"""Eight processes that save the same articles and listings at once: each once, and nothing lost."""

import multiprocessing
import random
from collections import Counter
from concurrent.futures import ProcessPoolExecutor

from sqlalchemy import func, select

from storage.crawl import Lease
from storage.schema import Body, Content, Document, Sighting, Version
from storage.store import Store, open_store
from tests.integration.desk import Desk, article, link

WRITERS = 8
SITES = 3
ARTICLES = 40
BATCH = 10


def save_all(database: str, lease: Lease, seed: int) -> None:
    """Save every article and both columns of a site, in an order of one's own."""
    chance = random.Random(seed)
    store = open_store(database)
    desk = Desk(store, lease.site)
    desk.lease = lease
    desk.later(seconds=seed)
    columns = [desk.column("jdyw"), desk.column("tzgg")]
    articles = [article(f"info/1001/{number}") for number in range(ARTICLES)]
    batches = []
    for column in columns:
        listed = chance.sample(articles, ARTICLES)
        batches += [
            [desk.listing(column, [link(one) for one in listed[at : at + BATCH]])]
            for at in range(0, ARTICLES, BATCH)
        ]
    read = chance.sample(articles, ARTICLES)
    batches += [
        [desk.read(one) for one in read[at : at + BATCH]] for at in range(0, ARTICLES, BATCH)
    ]
    for batch in chance.sample(batches, len(batches)):
        desk.save(*batch)
    store.close()


def test_eight_writers_of_the_same_things_leave_each_once(store: Store, database: str) -> None:
    desks = [Desk(store, f"site{number}") for number in range(SITES)]
    leases = [desk.begin() for desk in desks]

    with ProcessPoolExecutor(WRITERS, multiprocessing.get_context("spawn")) as pool:
        runs = [
            pool.submit(save_all, database, leases[number % SITES], number)
            for number in range(WRITERS)
        ]
        for run in runs:
            run.result()

    everywhere = SITES * ARTICLES
    with store.read() as connection:

        def count(table: type[object]) -> int:
            return connection.scalar(select(func.count()).select_from(table)) or 0

        assert count(Content) == count(Body) == ARTICLES
        assert count(Document) == count(Version) == everywhere
        assert count(Sighting) == 2 * everywhere
    told = Counter(event.kind for event in desks[0].events())
    assert told == {"new": everywhere, "reposted": everywhere - ARTICLES}
    assert all(row.document_id is None or row.next_try_at is None for row in desks[0].sightings())
    for desk in desks:
        desk.crawls.link_twins(desk.lease, now=desk.now)
        desk.finish()
    assert all(row.document_id is not None for row in desks[0].sightings())
