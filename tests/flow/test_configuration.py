"""Programs do not start on a wrong configuration or a wrong database, and say what is wrong where."""

import sqlite3
import subprocess
from contextlib import closing

import pytest
from harbor.stack import binary_folder

PROGRAMS = ["harbor-api", "harbor-sse", "harbor-jobs"]


def start(program, *configs):
    words = [word for config in configs for word in ("--config", config)]
    return subprocess.run([binary_folder() / program, *words], capture_output=True, text=True, timeout=20,
                          stdin=subprocess.DEVNULL)


@pytest.mark.parametrize("program", [*PROGRAMS, "harborctl"])
@pytest.mark.parametrize("text, said", [
    ("http: {threds: 3}\n", ["1", "threds"]), ("# x\nhttp:\n  threads: 0\n", ["3", "threads", "0", "1"]),
    ("stream: {heartbeat: 5 parsecs}\n", ["heartbeat", "5 parsecs"]), ("log: {keep_events: many}\n", ["keep_events", "many"]),
    ("fantasy: {x: 1}\n", ["fantasy"]), ("http: [\n", [":"])],
    ids=["unknown-key", "below-bound", "unit", "no-number", "unknown-section", "no-yaml"])
def test_a_wrong_configuration_is_78_and_names_file_line_key_and_value(tmp_path, program, text, said):
    config = tmp_path / "wrong.yaml"
    config.write_text(text)
    words = ["tenant", "list"] if program == "harborctl" else []
    got = subprocess.run([binary_folder() / program, "--config", config, *words], capture_output=True, text=True, timeout=20,
                         stdin=subprocess.DEVNULL)
    assert got.returncode == 78, f"exit {got.returncode}, want 78: {got.stderr}"
    for word in ["wrong.yaml", *said]:
        assert word in got.stderr, f"{word!r} is not in {got.stderr!r}"


def changed_copy(stack, tmp_path, sql):
    """The configuration of a stack whose database was changed behind its back."""
    copy = tmp_path / "copy.db"
    with closing(sqlite3.connect(stack.state / "harbor.db")) as source, closing(sqlite3.connect(copy)) as target:
        source.backup(target)
        target.execute("PRAGMA journal_mode=WAL")
        target.executescript(sql)
        target.commit()
    config = tmp_path / "copy.yaml"
    config.write_text(f"database: {{path: {copy}}}\nhttp: {{listen: {tmp_path}/a}}\nstream: {{listen: {tmp_path}/s}}\n")
    return config


@pytest.mark.parametrize("sql, said", [
    ("DROP INDEX MessagesByTenant", ["MessagesByTenant"]),
    ("ALTER TABLE Messages ADD COLUMN Colour TEXT", ["Messages"]),
    ("ALTER TABLE Events RENAME COLUMN Payload TO Content", ["Events"]),
    ("CREATE TABLE Stray (Id INTEGER)", ["Stray"]),
    ("DROP TABLE UserRoles", ["UserRoles"])], ids=["index", "column", "name", "more", "less"])
@pytest.mark.parametrize("program", ["harbor-api", "harbor-jobs"])
def test_a_database_of_another_shape_is_refused_and_the_difference_named(stack, tmp_path, program, sql, said):
    got = start(program, changed_copy(stack, tmp_path, sql))
    assert got.returncode not in (0, -11, -6), f"exit {got.returncode}: {got.stderr}"
    for word in said:
        assert word in got.stderr, f"{word!r} is not in {got.stderr!r}"
    assert len(got.stderr.splitlines()) <= 3, f"not one difference but a flood: {got.stderr}"
