"""Runs `dafu` and `scrapy` commands in forks of a process that has imported everything: the same code from the
command's entry point on, without two seconds of imports each.

Reads a job a line, `{"argv", "environment", "stdin", "stdout", "stderr"}` (the last three are files), answers with its
exit code as `subprocess` has it.
"""

import json
import os
import signal
import sys
import traceback
from typing import Any

import scrapy.cmdline

import crawler.spiders.portal  # noqa: F401
import dafu

PATIENCE = 90
"""Seconds after which a command is killed."""


def main() -> None:
    assert "twisted.internet.reactor" not in sys.modules, "a reactor does not survive a fork"
    for line in sys.stdin:
        job = json.loads(line)
        pid = os.fork()
        if not pid:
            carry_out(job)
        print(os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]), flush=True)


def carry_out(job: dict[str, Any]) -> None:
    code = 1
    try:
        signal.alarm(PATIENCE)
        os.environ.clear()
        os.environ.update(job["environment"])
        for number, name, flags in (
            (0, "stdin", os.O_RDONLY),
            (1, "stdout", os.O_WRONLY | os.O_CREAT),
            (2, "stderr", os.O_WRONLY | os.O_CREAT),
        ):
            os.dup2(os.open(job[name], flags), number)
        sys.stdin = open(0, encoding="utf-8", closefd=False)  # noqa: SIM115
        sys.argv = job["argv"]
        {"dafu": dafu.main, "scrapy": scrapy.cmdline.execute}[sys.argv[0]]()
        code = 0
    except SystemExit as end:
        code = end.code if isinstance(end.code, int) else 0 if end.code is None else 1
        if isinstance(end.code, str):
            print(end.code, file=sys.stderr)
    except BaseException:
        traceback.print_exc()
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(code)


if __name__ == "__main__":
    main()
