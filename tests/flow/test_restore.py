"""A database that was copied back has another past: every cursor of before is a gap. A mere restart is not."""

import shutil
import sqlite3

from harbor.check import assert_problem
from harbor.stack import Stack
from harbor.streams import Streams
from harbor.wait import wait_until
from harbor.world import World


def copy_database(stack, target):
    target.mkdir(exist_ok=True)
    for path in stack.state.glob("harbor.db*"):
        if path.name in ("harbor.db", "harbor.db-wal", "harbor.db-shm"):
            shutil.copy2(path, target / path.name)


def put_back(stack, source):
    for name in ("harbor.db", "harbor.db-wal", "harbor.db-shm"):
        (stack.state / name).unlink(missing_ok=True)
        if (source / name).exists():
            shutil.copy2(source / name, stack.state / name)


def start_again(stack, *people):
    stack.start()
    for person in people:
        person.client.close()
        person.client = stack.client(token=person.client.token)


def test_a_restored_database_renews_the_epoch_and_a_restart_keeps_it(tmp_path):
    with Stack() as stack:
        world = World(stack)
        tenant, anna, ben = world.team("anna", "ben")
        for number in range(3):
            anna.send(tenant, [ben], f"letter {number}")
        before = tenant.head
        stack.stop()
        copy_database(stack, tmp_path / "backup")

        start_again(stack, anna, ben)
        assert tenant.head == before, f"a restart moved the head from {before} to {tenant.head}"
        lost = [anna.send(tenant, [ben], f"will be lost {number}") for number in range(2)]
        cursor = ben.events(tenant)["cursor"]
        assert cursor.split(".") == [before.split(".")[0], "5"], cursor
        stack.stop()
        put_back(stack, tmp_path / "backup")

        start_again(stack, anna, ben)
        answer = ben.events(tenant, cursor=cursor)
        assert (answer["gap"], answer["items"], answer["unread"]) == (True, [], 3), answer
        assert answer["cursor"].split(".")[0] != before.split(".")[0], f"the epoch survived a restore: {answer}"
        assert ben.events(tenant, cursor=before)["gap"], "a cursor of the earlier life within the numbers is believed"
        assert_problem(ben.client.get(f"/api/messaging/messages/{lost[0]['id']}"), 404)
        with Streams(stack.port) as streams:
            stream = streams.open(ben, tenant, last_event_id=cursor).wait_hello()
            assert (stream.hello["gap"], stream.hello["cursor"]) == (True, answer["cursor"]), stream.hello
            fresh = anna.send(tenant, [ben], "after the restore")
            assert stream.wait_news(1)[0].id == f"{answer['cursor'].split('.')[0]}.{fresh['version']}", stream.news


def live_copy(stack, target):
    with sqlite3.connect(stack.state / "harbor.db") as database:
        database.execute("VACUUM INTO ?", (str(target),))


def test_a_copy_of_a_running_database_that_is_put_back_renews_the_epoch(tmp_path):
    with Stack() as stack:
        world = World(stack)
        tenant, anna, ben = world.team("anna", "ben")
        anna.send(tenant, [ben], "kept")
        live_copy(stack, tmp_path / "harbor.db")
        for number in range(3):
            anna.send(tenant, [ben], f"will be lost {number}")
        cursor = ben.events(tenant)["cursor"]
        stack.stop()
        put_back(stack, tmp_path)

        start_again(stack, anna, ben)
        for number in range(5):
            anna.send(tenant, [ben], f"after the restore {number}")
        answer = ben.events(tenant, cursor=cursor)
        assert answer["gap"] and not answer["items"], f"a cursor of the lost letters is believed: {answer}"


def test_a_database_replaced_under_running_workers_takes_no_answered_letter_with_it(tmp_path):
    with Stack() as stack:
        world = World(stack)
        tenant, anna, ben = world.team("anna", "ben")
        anna.send(tenant, [ben], "before")
        live_copy(stack, tmp_path / "harbor.db")
        stack.expect_end("api-1", "api-2")  # their successors open what is there now
        put_back(stack, tmp_path)
        answered = []

        def sent_again():
            try:
                answer = anna.try_send(tenant, [ben], "after")
            except OSError:
                return False
            if answer.status == 201:
                answered.append(answer.json["id"])
            else:
                assert answer.status in (502, 503), f"got {answer}, want 201, 502 or 503"
            return len(answered) >= 5

        wait_until(sent_again, 30, "five letters after the database was replaced")
        wait_until(lambda: all(part["restarts"] for name, part in stack.status().items() if name.startswith("api-")), 30,
                   "both api workers to be started again")
        assert set(answered) <= set(stack.database.message_ids(tenant.id)), f"answered {answered}, not all of them are there"
