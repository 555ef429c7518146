"""`make soak`: crawls of the demo city that are killed with -9 at random moments, crawled again until done, and
compared with undisturbed ones; then crawls, a re-crawl (half the time of a portal that is being crawled) and dumps at
once. Ends with 1 where anything differs.

A cycle of rounds goes through the city's portals, one a round, in one data folder: on its first day, then fully on the
second, when pages have changed and gone. Each crawl is killed up to three times, each time after so many answers as
chance says: as a lone `scrapy crawl`, as a child of `dafu crawl`, or together with this parent. Now and then the newest
WARC file then gets the beginning of a record at its end, as a kill between two writes leaves it. Nothing is asked
again but what was left (no revisits), so nothing lost comes back by chance.
"""

import argparse
import contextlib
import io
import json
import random
import shutil
import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

from warcio.cli import main as warcio

from archive.warc import Place, read_response
from archive.warc import records as warc_records
from crawler.demo import City, Server
from tests.e2e.bench import DAFU, PORTALS, Home, kept, kill

DAYS = 2
STAGES = [(day, portal) for day in range(DAYS) for portal in PORTALS]
MODES = ("lone", "lone", "lone", "lone", "child", "both")
MOST_RUNS = 3
"""Crawls after the last kill in which a portal must be done."""

Snapshot = dict[str, Any]


class Reference(NamedTuple):
    """What the store holds after an undisturbed stage, and in how many requests it came."""

    held: Snapshot
    requests: int


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n\n")[0])
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--rounds", type=int, default=100)
    parser.add_argument("--crowds", type=int, default=20, help="times that two crawls, a re-crawl and dumps go at once")
    given = parser.parse_args()
    sys.exit(0 if soak(given.seed, given.rounds, given.crowds) else 1)


def soak(seed: int, rounds: int, crowds: int) -> bool:
    """Whether nothing was lost; what was done is printed."""
    chance = random.Random(seed)
    folder = Path(tempfile.mkdtemp(prefix="dafu-soak-"))
    differences = kills = 0
    began = time.monotonic()
    with Server(City()) as server:
        references = undisturbed(server, folder / "reference", max(rounds, len(PORTALS) if crowds else 0))
        print(f"seed {seed}: {len(references)} undisturbed crawls, {sum(r.requests for r in references)} requests")
        for number in range(rounds):
            stage = number % len(STAGES)
            home = _home(folder / f"cycle-{number // len(STAGES)}", server)
            killed, wrong = one_round(home, server, chance, stage, references[stage])
            kills += len(killed)
            differences += len(wrong)
            day, portal = STAGES[stage]
            print(f"round {number + 1:3}  {portal:13} day {day}  killed {', '.join(killed) or 'never':45} ", end="")
            _print_verdict(wrong)
            if stage == len(STAGES) - 1 and not differences:
                shutil.rmtree(home.path)
        server.city = City()
        for number in range(crowds):
            wrong = one_crowd(_home(folder / f"crowd-{number}", server), chance, references[len(PORTALS) - 1].held)
            differences += len(wrong)
            print(f"crowd {number + 1:3}  ", end="")
            _print_verdict(wrong)
    took = time.monotonic() - began
    print(
        f"seed {seed}: {rounds} rounds, {kills} kills, {crowds} crowds, {differences} differences, {took:.0f} s", end=""
    )
    print(f"; the data lie in {folder}" if differences else "")
    if not differences:
        shutil.rmtree(folder)
    return not differences


def undisturbed(server: Server, path: Path, most: int) -> list[Reference]:
    """The stages (the first ``most``), one after the other in one data folder."""
    home, found = _home(path, server), []
    for day, portal in STAGES[:most]:
        server.city = City(day)
        server.log.clear()
        run = home.crawl(portal, *_full(day))
        assert run.outcome == "done", run.message
        found.append(Reference(snapshot(home), len(server.log)))
    return found


def one_round(
    home: Home, server: Server, chance: random.Random, stage: int, reference: Reference
) -> tuple[list[str], list[str]]:
    """Crawl a stage, killed up to three times, to its end. Returns the kills made, and what is wrong then."""
    day, portal = STAGES[stage]
    server.city = City(day)
    killed, wrong = [], []
    for _ in range(chance.randint(1, 3)):
        mode, answers = chance.choice(MODES), chance.randint(0, reference.requests)
        server.log.clear()
        if mode == "lone":
            done = _killed_alone(home, server, portal, day, answers, chance.uniform(0, 0.03))
        else:
            done, problem = _killed_child(home, server, portal, day, answers, chance.uniform(0, 0.03), mode == "both")
            wrong += problem
        if done:
            torn = _tear(home, portal, chance) if chance.random() < 0.5 else 0
            killed.append(f"{mode}@{answers}" + (f"+{torn}B" if torn else ""))
    for _ in range(MOST_RUNS):
        run = home.crawl(portal, *_full(day))
        if run.outcome == "done":
            break
    else:
        wrong.append(f"not done after {MOST_RUNS} runs: {run.outcome}, {run.message}")
    wrong += compare(reference.held, snapshot(home))
    return killed, wrong + list(unsound(home))


def one_crowd(home: Home, chance: random.Random, reference: Snapshot) -> list[str]:
    """Two crawls of different portals, a re-crawl of pages of a third or of one of the two, and dumps, all at once.

    Returns what is wrong.
    """
    one, two, third = chance.sample(PORTALS, 3)
    third = chance.choice([one, third])
    pages = [url for url, facts in reference["urls"].items() if facts["portal"] == third and facts["reading"]][:3]
    commands = [(DAFU, "crawl", one), (DAFU, "crawl", two), (DAFU, "recrawl", *pages)]
    home.held()  # makes the database: a dump of one that is not there is refused
    wrong: list[str] = []
    for number, running in enumerate([home.start(*command) for command in commands]):
        while running.poll() is None:
            done = home.dafu("dump", "--output", "-")
            if done.code:
                wrong.append(f"dump: {done.err}")
        out, err = running.communicate()
        if running.returncode:
            wrong.append(f"{commands[number][1:]} ended with {running.returncode}: {out}{err}")
    logs = "".join(log.read_text(encoding="utf-8") for log in (home.path / "logs").iterdir())
    if "locked" in logs + "".join(wrong):
        wrong.append("the database was locked")
    held = snapshot(home)
    for url, facts in reference["urls"].items():
        if facts["portal"] in (one, two) or url in pages:
            mine = held["urls"].get(url, {})
            # A page that is only re-crawled has no list's row, from which a title may come, and a file's name.
            alike = _without_names if url in pages else list
            if mine.get("no_document") != facts["no_document"]:
                wrong.append(f"{url}: no_document differs")
            if mine.get("reading") != facts["reading"] and url not in pages:
                wrong.append(f"{url}: reading differs")
            if alike(mine.get("attachments", [])) != alike(facts["attachments"]):
                wrong.append(f"{url}: attachments differ")
            if url in pages and not mine.get("reading"):
                wrong.append(f"{url}: not read")
    return wrong + list(unsound(home))


def _without_names(attachments: list[tuple[Any, ...]]) -> list[tuple[Any, ...]]:
    return [(canonical, *bytes_of) for canonical, _, *bytes_of in attachments]


def snapshot(home: Home) -> Snapshot:
    """All that the store holds but ids, times and places in the archive; documents are named by their URLs."""
    documents = {
        row["id"]: row["urls"]
        for row in home.sql(
            "SELECT document_id AS id, group_concat(canonical, ' ') AS urls FROM "
            "(SELECT * FROM urls WHERE document_id IS NOT NULL ORDER BY canonical) GROUP BY document_id"
        )
    }
    urls = {
        row["canonical"]: {
            **{name: row[name] for name in ("url", "portal", "row_title", "row_date", "no_document", "number")},
            "document": documents.get(row["document_id"]),
            "gone": row["gone_since"] is not None,
            "reading": _reading(row["record"]),
            "attachments": [
                tuple(attachment)
                for attachment in home.sql(
                    "SELECT a.canonical, a.name, c.status, c.digest FROM attachments a "
                    "LEFT JOIN captures c ON c.id = a.capture_id WHERE a.version_id = ? ORDER BY a.position",
                    row["version_id"],
                )
            ],
        }
        for row in home.sql(
            "SELECT u.*, v.number, r.record FROM urls u LEFT JOIN versions v ON v.id = u.version_id "
            "LEFT JOIN readings r ON r.capture_id = u.capture_id"
        )
    }
    answers = home.sql(
        "SELECT a.document_id, a.position, p.region, p.body, p.category, p.term, p.session, p.year, p.number "
        "FROM answers a JOIN proposals p ON p.id = a.proposal_id"
    )
    versions = home.sql("SELECT document_id, number FROM versions")
    findings = home.sql("SELECT document_id, verdict, version FROM findings")
    return {
        "urls": urls,
        "documents": sorted(documents.values()),
        "versions": Counter((documents.get(row[0]), row[1]) for row in versions),
        "answers": Counter((documents.get(row[0]), *tuple(row)[1:]) for row in answers),
        # Of a document under two URLs either may have been read first.
        "findings": Counter((documents.get(row["document_id"]), row["verdict"], row["version"]) for row in findings),
        "failures": {tuple(row) for row in home.sql("SELECT url, reason FROM failures")},
    }


def compare(wanted: Snapshot, found: Snapshot) -> list[str]:
    """Where two snapshots differ."""
    wrong = []
    for part, whole in wanted.items():
        if isinstance(whole, Counter | set):
            missing, more = whole - found[part], found[part] - whole
            wrong += [f"{part}: missing {entry}" for entry in missing] + [f"{part}: too many {entry}" for entry in more]
        elif isinstance(whole, dict):
            for key in sorted({*whole, *found[part]}):
                mine, theirs = found[part].get(key, {}), whole.get(key, {})
                names = [name for name in mine | theirs if mine.get(name) != theirs.get(name)]
                wrong += [f"{part}: {key}: {n}: {theirs.get(n)!r:.200} became {mine.get(n)!r:.200}" for n in names]
        elif whole != found[part]:
            wrong.append(f"{part}: {whole} became {found[part]}")
    return wrong


def unsound(home: Home) -> Iterator[str]:
    """WARC files that `warcio check` does not pass, captures that can't be read, runs without an end."""
    said = io.StringIO()
    with contextlib.redirect_stdout(said):
        for file in home.warcs():
            try:
                warcio(["check", str(file)])
            except SystemExit as end:
                if end.code:
                    yield f"warcio check: {said.getvalue()}"
            except Exception as error:
                yield f"warcio check of {file.name}: {error!r}"
    if said.getvalue().strip():
        yield f"warcio check: {said.getvalue()}"
    for file in home.warcs():
        if not any(True for _ in warc_records(file)):
            yield f"{file.name} holds no record"
    for row in home.sql("SELECT * FROM captures"):
        try:
            if row["revisit_of"] is None:
                place = Place(row["warc_file"], row["warc_offset"], row["warc_length"])
                url = read_response(home.path / "warc", place).url
            else:
                url = kept(home.path / "warc" / row["warc_file"], row["warc_offset"]).about.get_header(
                    "WARC-Target-URI"
                )
            if url != row["url"]:
                yield f"capture {row['id']} is of {row['url']}, its record of {url}"
        except Exception as error:
            yield f"capture {row['id']} of {row['url']} can't be read: {error!r}"
    for row in home.sql("SELECT id FROM runs WHERE ended_at IS NULL"):
        yield f"run {row['id']} has no end"


def _home(path: Path, server: Server) -> Home:
    return Home(path, server.proxy_url, more={"DAFU_REVISITS": "0"})


def _full(day: int) -> tuple[str, ...]:
    return ("-a", "full=1") if day else ()


def _reading(record: str | None) -> Any:
    """A record without the page's labelled block as printed: view counters and build times stand there."""
    return record and {name: value for name, value in json.loads(record).items() if name != "labels"}


def _killed_alone(home: Home, server: Server, portal: str, day: int, answers: int, later: float) -> bool:
    """Kill a crawl without a parent; returns whether it still ran."""
    command = ("crawl", "portal", "-a", f"portal={portal}", *_full(day))
    crawl = threading.Thread(target=home.scrapy, args=command)
    crawl.start()
    pid = _when(home, server, answers, later, crawl.is_alive)
    killed = _kill(pid)
    crawl.join()
    return killed


def _killed_child(
    home: Home, server: Server, portal: str, day: int, answers: int, later: float, parent_too: bool
) -> tuple[bool, list[str]]:
    """Kill the process that crawls, or its parent, too. Returns whether it still ran, and what the parent did wrong."""
    parent = home.start(DAFU, "crawl", portal, *(["--full"] if day else []))
    pid = _when(home, server, answers, later, lambda: parent.poll() is None, parent.pid)
    if pid and parent_too:
        parent.kill()
    killed = _kill(pid)
    out, err = parent.communicate(timeout=60)
    if not killed or parent_too:
        return killed, []
    run = home.runs(portal)[0]
    told = parent.returncode == 1 and "signal SIGKILL" in out and "Traceback" not in out + err
    return True, [] if told and run.outcome == "failed" else [f"the parent said {parent.returncode}: {out}{err}"]


def _when(home: Home, server: Server, answers: int, later: float, alive: Any, parent: int = 0) -> int:
    """The id of the process that crawls, some moments after so many answers; 0 where it ended before."""
    pid = 0
    while not pid or len(server.log) < answers:
        if not alive():
            return 0
        if not pid:
            with contextlib.suppress(Exception):  # there is no database yet
                pid = next((r["pid"] for r in home.sql("SELECT pid FROM runs WHERE ended_at IS NULL")), 0)
                pid = 0 if pid == parent else pid
        time.sleep(0.002 if pid else 0.05)
    time.sleep(later)
    still = home.sql("SELECT pid FROM runs WHERE ended_at IS NULL AND pid = ?", pid)
    return pid if still and alive() else 0


def _kill(pid: int) -> bool:
    """Whether there was still something to kill."""
    with contextlib.suppress(ProcessLookupError):
        if pid:
            kill(pid)
            return True
    return False


def _tear(home: Home, portal: str, chance: random.Random) -> int:
    """Begin a record at the end of the killed run's newest WARC file; returns its bytes."""
    files = [file for file in home.warcs() if file.name.startswith(f"{portal}-{home.runs(portal)[0].id:06d}-")]
    if not files:
        return 0
    data = files[-1].read_bytes()
    begin = data.rfind(b"\x1f\x8b\x08")
    length = chance.randint(1, len(data) - begin - 1)
    files[-1].write_bytes(data + data[begin : begin + length])
    return length


def _print_verdict(wrong: list[str]) -> None:
    print("same" if not wrong else f"{len(wrong)} DIFFERENCES", flush=True)
    for line in wrong[:20]:
        print(f"    {line}")


if __name__ == "__main__":
    main()
