"""``dafu extract``: what it prints, in which order, and how it fails."""

import json

import pytest
import typer
from typer.testing import CliRunner

from crawler.extraction.cli import extract_command

app = typer.Typer()
app.command()(extract_command)


def run(*arguments, data=None):
    result = CliRunner().invoke(app, [str(argument) for argument in arguments], input=data)
    return result.exit_code, [json.loads(line) for line in result.stdout.splitlines()], result.stderr


@pytest.fixture
def folder(tmp_path, page):
    for name in ("a", "b"):
        (tmp_path / f"{name}.html").write_bytes(page())
    lines = [{"file": "b.html", "url": "http://liuwan.example/b"}, {"file": "a.html"}]
    (tmp_path / "m.jsonl").write_text("\n".join(map(json.dumps, lines)), encoding="utf-8")
    return tmp_path


@pytest.mark.parametrize("jobs", [1, 2])
def test_manifest(folder, title, jobs):
    code, records, errors = run("--manifest", folder / "m.jsonl", "--jobs", jobs)
    assert (code, errors) == (0, "")
    assert [(next(iter(r)), r["file"], r["url"], r["title"]) for r in records] == [
        ("file", "b.html", "http://liuwan.example/b", title),
        ("file", "a.html", None, title),
    ]


def test_files_and_stdin(folder, page, title):
    code, records, _ = run(folder / "a.html", "-", data=page())
    assert code == 0
    assert [(r["file"], r["url"], r["title"]) for r in records] == [
        (str(folder / "a.html"), None, title),
        ("-", None, title),
    ]


def test_output_is_readable_text(folder):
    result = CliRunner().invoke(app, [str(folder / "a.html")])
    assert "苏南一委员" in result.stdout


def test_some_fail(folder):
    with (folder / "m.jsonl").open("a", encoding="utf-8") as manifest:
        manifest.write('\n{"file": "none.html"}\nnonsense\n[1]\n{"file": 3}\n{"file": "a.html"}\n')
    code, records, errors = run("--manifest", folder / "m.jsonl")
    assert code == 3
    assert [record["file"] for record in records] == ["b.html", "a.html", "a.html"]
    assert len(errors.splitlines()) == 4
    assert "none.html: No such file" in errors
    assert "m.jsonl:4" in errors


def test_all_fail(folder):
    assert run(folder / "none.html")[:2] == (1, [])
    assert run("--manifest", folder / "none.jsonl")[:2] == (1, [])
    assert run(folder)[0] == 1


@pytest.mark.parametrize("arguments", [[], ["--jobs", "0", "x"], ["--nonsense"]])
def test_wrong_usage(arguments):
    code, records, errors = run(*arguments)
    assert (code, records) == (2, [])
    assert errors
