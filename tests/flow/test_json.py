"""The JSON test corpus, byte by byte over the wire: what is JSON is read, what is none is refused, nothing crashes."""

import pytest
from harbor.check import assert_problem

SEND = "/api/messaging/send"


@pytest.fixture(scope="module")
def corpus(shared_data):
    files = sorted((shared_data / "json").glob("*.json"))
    assert len(files) == 318, f"{len(files)} files, want 318"
    return files


def of_kind(corpus, kind):
    return [(path.name, path.read_bytes()) for path in corpus if path.name.startswith(kind)]


@pytest.fixture(scope="module")
def anna(world):
    return world.person("anna")


@pytest.fixture
def unchanged(stack, anna):
    """Nothing may be written and nobody may die while a test runs."""
    database, workers = stack.database.fingerprint(), stack.pids()
    yield
    assert stack.database.fingerprint() == database, "a body of the corpus changed the database"
    assert stack.pids() == workers, "a worker died"


def test_every_y_case_is_read_as_json(anna, corpus, unchanged):
    """Whatever is wrong with it is wrong with the letter; but for the two that repeat a key, which is read and refused."""
    wrong = []
    for name, body in of_kind(corpus, "y_"):
        answer = anna.client.request("POST", SEND, body=body)
        code = answer.json["code"]
        want = code == "json_duplicate_key" if "duplicated_key" in name else not code.startswith("json_")
        if answer.status != 400 or not want:
            wrong.append((name, str(answer)))
    assert not wrong, f"{len(wrong)} cases, want 400 for their form and not their syntax: {wrong[:5]}"


def test_every_n_case_is_refused_as_no_json(anna, corpus, unchanged):
    wrong = []
    for name, body in of_kind(corpus, "n_"):
        answer = anna.client.request("POST", SEND, body=body)
        if answer.status != 400 or not answer.json["code"].startswith("json_"):
            wrong.append((name, str(answer)))
    assert not wrong, f"{len(wrong)} cases, want 400 json_…: {wrong[:5]}"


def test_the_undecided_cases_get_an_answer_and_harm_nobody(anna, corpus, unchanged):
    for name, body in of_kind(corpus, "i_"):
        answer = anna.client.request("POST", SEND, body=body)
        assert_problem(answer, 400, context=name)


def test_login_reads_the_same_corpus_without_a_session(stack, corpus, unchanged):
    client = stack.client()
    for name, body in of_kind(corpus, "n_"):
        answer = client.request("POST", "/api/auth/login", body=body)
        problem = assert_problem(answer, 400, context=name)
        assert problem["code"].startswith("json_"), f"{name}: {problem}"


def test_depth_is_bounded_at_32(anna, unchanged):
    for depth, code in ((32, None), (33, "json_depth")):
        body = b'{"subject":' + b"[" * (depth - 1) + b"]" * (depth - 1) + b"}"
        problem = assert_problem(anna.client.request("POST", SEND, body=body), 400, context=f"depth {depth}")
        assert (problem["code"] == "json_depth") == (code is not None), f"depth {depth}: {problem}"


@pytest.mark.parametrize("body", [
    b'{"tenantId":"a","tenantId":"a"}', b'{"tenantId":"a","\\u0074enantId":"b"}', b'{"x":{"a":1,"a":2}}',
    b'{"links":[{"a":1,"b":2,"a":3}]}'], ids=["plain", "escaped", "nested", "in-a-list"])
def test_duplicate_keys_are_refused(anna, unchanged, body):
    problem = assert_problem(anna.client.request("POST", SEND, body=body), 400)
    assert "duplicate" in problem["code"], f"{body}: {problem}"


@pytest.mark.parametrize("text", [b"\xff", b"\xc0\xaf", b"\xed\xa0\x80", b"\xf4\x90\x80\x80", b"\xe2\x82", b"\x80"],
                         ids=lambda text: text.hex())
def test_invalid_utf8_is_refused(anna, unchanged, text):
    body = b'{"tenantId":"acme","subject":"' + text + b'","body":"x","recipients":["a@b.example"]}'
    problem = assert_problem(anna.client.request("POST", SEND, body=body), 400)
    assert problem["code"].startswith("json_"), problem


def test_a_lone_surrogate_is_no_text(anna, unchanged):
    for escape in (rb"\ud800", rb"\udc00", rb"\ud800\ud800"):
        body = b'{"tenantId":"acme","subject":"' + escape + b'","body":"x","recipients":["a@b.example"]}'
        assert_problem(anna.client.request("POST", SEND, body=body), 400, context=escape)


def test_a_byte_order_mark_and_another_encoding_are_refused(anna, unchanged):
    text = '{"tenantId":"acme","subject":"x","body":"x","recipients":["a@b.example"]}'
    for body in (b"\xef\xbb\xbf" + text.encode(), text.encode("utf-16"), text.encode("utf-32-le")):
        problem = assert_problem(anna.client.request("POST", SEND, body=body), 400)
        assert problem["code"].startswith("json_"), problem
