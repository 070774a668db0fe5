"""`harborctl import` and `export`: the real mail in, once; the same mail out again."""

import json
import subprocess

import pytest
from harbor.stack import binary_folder
from harbor.wait import wait_until
from harbor.world import World


def records(text):
    """Lines end in LF alone: a U+2028 is text."""
    return {record["messageId"]: record for record in map(json.loads, text.strip("\n").split("\n"))}


@pytest.fixture
def mail(shared_data):
    return shared_data / "mail.jsonl"


def test_an_import_is_a_mailbox_that_was_read_and_a_second_run_adds_nothing(stack, world, mail):
    tenant = world.tenant()
    stack.harborctl("import", str(mail), "--tenant", tenant.id)
    source = records(mail.read_text())
    assert len(stack.database.message_ids(tenant.id)) == len(source) == 52
    unread = stack.database.one("SELECT COUNT(*) FROM MessageRecipients r JOIN Messages m ON m.Id = r.MessageId "
                                "WHERE m.TenantId = ? AND r.IsRead = 0", tenant.id)
    assert unread == 0, f"{unread} imported copies are unread"
    people = {row[0] for row in stack.database.rows("SELECT Email FROM TenantUsers WHERE TenantId = ?", tenant.id)}
    want = {record["from"] for record in source.values()} | {to for record in source.values() for to in record["to"]}
    assert people == want, f"only imported: {people - want}, missing: {want - people}"
    before = stack.database.fingerprint()
    stack.harborctl("import", str(mail), "--tenant", tenant.id)
    assert stack.database.fingerprint() == before, "the second import changed something"


def test_imported_people_have_no_password(stack, world, mail):
    tenant = world.tenant()
    stack.harborctl("import", str(mail), "--tenant", tenant.id)
    for password in ("", "x"):
        answer = stack.client().post("/api/auth/login", {"email": "cworth@cworth.org", "password": password})
        assert answer.status in (400, 401, 422), f"got {answer}, want a refusal"


def test_an_export_is_the_mail_that_was_imported(stack, world, mail):
    tenant = world.tenant()
    stack.harborctl("import", str(mail), "--tenant", tenant.id)
    source = records(mail.read_text())
    exported = records(stack.harborctl("export", "--tenant", tenant.id).stdout)
    assert set(exported) == set(source), f"missing {set(source) - set(exported)}, foreign {set(exported) - set(source)}"
    names = {(record["from"], record["fromName"]) for record in source.values()}
    for message_id, record in source.items():
        got = exported[message_id]
        assert (got["from"], got["fromName"]) in names, f"{message_id}: {got['fromName']!r}, not a name of {got['from']}"
        for name in ("messageId", "from", "body"):
            assert got[name] == record[name], f"{message_id} {name}: got {got[name]!r}, want {record[name]!r}"
        assert sorted(got["to"]) == sorted(set(record["to"])), f"{message_id}: to {got['to']}, want {record['to']}"
        assert got["subject"] == record["subject"].replace("\t", " "), f"{message_id}: {got['subject']!r}"


def test_an_export_imported_elsewhere_exports_the_same_again(stack, world, mail, tmp_path):
    first, second = world.tenant(), world.tenant()
    stack.harborctl("import", str(mail), "--tenant", first.id)
    exported = stack.harborctl("export", "--tenant", first.id).stdout
    copy = tmp_path / "copy.jsonl"
    copy.write_text(exported)
    stack.harborctl("import", str(copy), "--tenant", second.id)
    again = records(stack.harborctl("export", "--tenant", second.id).stdout)
    for message_id, record in records(exported).items():
        for name in record:
            got = again[message_id][name]
            assert got == record[name], f"{message_id} {name}: got {got!r}, want {record[name]!r}"
    assert len(again) == 52


def test_what_was_sent_over_http_is_exported_and_threads_survive(stack, world, tmp_path):
    tenant, anna, ben = world.team("anna", "ben")
    root = anna.send(tenant, [ben], "Root 🚢", "line 1\nline \"2\"\t\u2028")
    reply = ben.send(tenant, [anna], "Re: Root", "answer", replyToMessageId=root["id"])
    exported = stack.harborctl("export", "--tenant", tenant.id).stdout
    lines = list(records(exported).values())
    assert [(line["from"], line["to"], line["subject"], line["body"]) for line in lines] == [
        (anna.email, [ben.email], root["subject"], root["body"]), (ben.email, [anna.email], "Re: Root", "answer")], lines
    assert lines[1]["inReplyTo"] == lines[0]["messageId"] and not lines[0]["inReplyTo"], lines
    copy = tmp_path / "copy.jsonl"
    copy.write_text(exported)
    other = world.tenant(anna)
    stack.harborctl("import", str(copy), "--tenant", other.id)
    listed = anna.messages(other, folder="all")["items"]
    assert len(listed) == 2 and listed[0]["threadId"] == listed[1]["threadId"], listed
    assert listed[0]["inReplyTo"] == listed[1]["id"] and reply["id"] not in (listed[0]["id"], listed[1]["id"]), listed
    assert anna.counts(other) == (0, 0)


def test_an_import_tells_open_pages_to_refetch(stack, world, streams, mail):
    tenant, anna = world.team("anna")
    stream = streams.open(anna, tenant, reconnect=True).wait_hello()
    start = stream.last_event_id
    stack.harborctl("import", str(mail), "--tenant", tenant.id)
    wait_until(lambda: stream.of_type("resync"), 10, lambda: f"resync on {stream!r}: {stream.received}")
    resync = stream.of_type("resync")[0]
    assert resync.id == resync.data["cursor"] == tenant.head != start, resync
    assert resync.data["unread"] == 0, resync


@pytest.mark.parametrize("line", ["not json", "[]", "{}", '{"messageId": "<a@b>"}',
                                  '{"messageId":"<a@b>","inReplyTo":null,"date":"yesterday","from":"a@b.example","fromName":"A",'
                                  '"to":["c@d.example"],"subject":"s","body":"b","attachments":[]}'])
def test_a_bad_line_is_named_and_nothing_of_the_file_is_half_done(stack, world, mail, tmp_path, line):
    tenant = world.tenant()
    bad = tmp_path / "bad.jsonl"
    bad.write_text("".join(mail.read_text().splitlines(keepends=True)[:2]) + line + "\n")
    done = stack.harborctl("import", str(bad), "--tenant", tenant.id, check=False)
    assert done.returncode == 1, f"exit {done.returncode}, want 1: {done.stderr}"
    assert "3" in done.stderr, f"the line is not named: {done.stderr}"
    assert len(stack.database.message_ids(tenant.id)) in (0, 2)


def test_an_unknown_tenant_and_a_missing_file_are_refused(stack, world, mail, tmp_path):
    assert stack.harborctl("import", str(mail), "--tenant", "nowhere", check=False).returncode == 1
    tenant = world.tenant()
    missing = stack.harborctl("import", str(tmp_path / "none.jsonl"), "--tenant", tenant.id, check=False)
    assert missing.returncode in (1, 64, 66), missing
    assert stack.harborctl("export", "--tenant", "nowhere", check=False).returncode == 1


def test_exit_codes_are_those_of_the_contract(stack):
    World(stack)
    assert stack.harborctl("tenant", "add", "again", "--name", "A").returncode == 0
    again = stack.harborctl("tenant", "add", "again", "--name", "A")
    assert again.returncode == 0 and again.stdout + again.stderr != "", "adding what exists says a word"
    for words in ((), ("dance",), ("tenant",), ("tenant", "add"), ("tenant", "add", "x", "--colour", "red")):
        got = stack.harborctl(*words, check=False)
        assert got.returncode == 64, f"{words}: exit {got.returncode}, want 64"
    for words in (("tenant", "add", "NO", "--name", "x"), ("tenant", "add", "all", "--name", "x"),
                  ("member", "add", "again", "ghost@x.example"), ("user", "disable", "ghost@x.example")):
        got = stack.harborctl(*words, check=False)
        assert got.returncode == 1 and got.stderr, f"{words}: exit {got.returncode}, want 1 and a reason"
    broken = stack.folder / "broken.yaml"
    broken.write_text("http: {threads: many}\n")
    words = [binary_folder() / "harborctl", "--config", broken, "tenant", "list"]
    got = subprocess.run(words, capture_output=True, text=True)
    assert got.returncode == 78 and "threads" in got.stderr, f"exit {got.returncode}, want 78: {got.stderr}"
