"""Checks that say what they got and what they wanted."""

from collections import Counter


def assert_exactly_once_in_order(got, want, who):
    """`got` is `want`: nothing missing, nothing foreign, nothing twice, nothing out of order."""
    got, want = list(got), list(want)
    if got == want:
        return
    missing = [item for item in want if item not in set(got)]
    foreign = [item for item in got if item not in set(want)]
    repeated = [item for item, count in Counter(got).items() if count > 1]
    raise AssertionError(
        f"{who}: got {len(got)}, want {len(want)}; missing {missing[:5]}, foreign {foreign[:5]}, "
        f"repeated {repeated[:5]}; first difference at {first_difference(got, want)}"
    )


def first_difference(got, want):
    for index, (left, right) in enumerate(zip(got, want)):
        if left != right:
            return f"{index}: got {left}, want {right}"
    return f"{min(len(got), len(want))}: one ends here"


def assert_rising(numbers, who):
    for before, after in zip(numbers, numbers[1:]):
        assert before < after, f"{who}: ids do not rise: {before} then {after}"


def assert_problem(answer, status, *, code=None, field=None, context=""):
    """An RFC 9457 answer with our members (DESIGN 6); `status` and `code` may be tuples."""
    statuses = status if isinstance(status, tuple) else (status,)
    assert answer.status in statuses, f"{context}: got {answer}, want {status}"
    content_type = (answer.header("content-type") or "").split(";")[0]
    assert content_type == "application/problem+json", f"{context}: got {answer}, want problem+json"
    problem = answer.json
    for member in ("type", "title", "status", "detail", "code", "requestId"):
        assert member in problem, f"{context}: no {member} in {problem}"
    assert problem["status"] == answer.status, f"{context}: status {problem['status']} in the body of {answer.status}"
    if code is not None:
        codes = code if isinstance(code, tuple) else (code,)
        assert problem["code"] in codes, f"{context}: code {problem['code']!r}, want {code}: {problem}"
    if field is not None:
        named = [problem.get("field")] + [error.get("field") for error in problem.get("errors", [])]
        assert field in named, f"{context}: names {named}, want {field}: {problem}"
    return problem


def without_request_id(answer):
    """Status, headers and body as compared «byte for byte apart from the request id»."""
    request_id = answer.header("x-request-id") or ""
    body = answer.body
    if body.startswith(b"{"):
        request_id = answer.json.get("requestId", request_id)
    headers = sorted((name.lower(), value) for name, value in answer.headers
                     if name.lower() not in ("date", "x-request-id"))
    if request_id:
        body = body.replace(request_id.encode(), b"<request id>")
    return answer.status, headers, body
