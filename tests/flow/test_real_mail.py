"""The main job on real input: people of ../shared/data/mail.jsonl, each with a stream through nginx, all 52 letters."""

from harbor.mailrun import MailRun


def test_each_stream_receives_exactly_the_letters_of_its_user(stack, streams, shared_data):
    run = MailRun(stack, streams, shared_data)
    run.open_streams()
    run.send_all()
    run.verify()


def test_the_letters_are_in_the_mailboxes_too_with_their_threads(stack, streams, shared_data):
    run = MailRun(stack, streams, shared_data)
    run.send_all()
    by_id = {run.ids[letter.external_id]: letter for letter in run.letters}
    roots = {}
    for letter in run.letters:
        roots[letter.external_id] = roots[letter.parent] if letter.parent else letter.external_id
    for name, person in run.people.items():
        listed = person.messages(run.tenant, folder="all", limit=200)["items"]
        want = [run.ids[letter.external_id] for letter in reversed(run.letters) if name in letter.readers]
        assert [item["id"] for item in listed] == want, f"{person}: {len(listed)} listed, want {len(want)}"
        for item in listed:
            letter = by_id[item["id"]]
            assert item["threadId"] == run.ids[roots[letter.external_id]], f"{person}: {item['subject']!r} in {item['threadId']}"
        unread = sum(name in letter.recipients for letter in run.letters)
        assert person.counts(run.tenant) == (unread, unread), f"{person}: got {person.counts(run.tenant)}, want {unread}"
    newest = run.letters[-1]
    reader = run.people[newest.recipients[0]]
    assert reader.get(f"/api/messaging/messages/{run.ids[newest.external_id]}")["body"] == newest.body
