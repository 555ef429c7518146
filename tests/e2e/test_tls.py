"""Certificates and old servers: refused with the way to allow them, accepted where the definition says so."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from crawler.demo import City, Server

DEFINITION = """
key = "secure"
name = "霁川市民政局"
platform = "vsb"
hosts = ["mzj.jichuan.example"]
tls_accept = {accepted}

[region]
code = "990100"
names = ["青澜省", "霁川市"]

[[columns]]
name = "政协提案"
url = "https://mzj.jichuan.example/zxta.htm"

[politeness]
delay = 0.0
timeout = 10.0
"""


@pytest.mark.slow
@pytest.mark.parametrize("flaw", ["expired", "wrong-name", "untrusted", "legacy-renegotiation"])
def test_a_flaw_is_refused_until_the_definition_accepts_it(tmp_path: Path, flaw: str) -> None:
    definition = tmp_path / "portals" / "secure.toml"
    definition.parent.mkdir()
    with Server(City(0), https=True) as server:
        server.flaw("mzj.jichuan.example", flaw)  # type: ignore[arg-type]
        environment = {k: v for k, v in os.environ.items() if not k.startswith("DAFU_")} | {
            "DAFU_HOME": str(tmp_path),
            "https_proxy": server.proxy_url,
            "SSL_CERT_FILE": str(server.ca_file),
            "COLUMNS": "80",
        }

        def crawl(accepted: list[str]) -> subprocess.CompletedProcess[str]:
            definition.write_text(DEFINITION.format(accepted=accepted), encoding="utf-8")
            command = [sys.executable, "-c", "import dafu; dafu.main()", "crawl", "secure", "-s", "RETRY_TIMES=0"]
            return subprocess.run(command, env=environment, capture_output=True, text=True, timeout=60, check=False)

        others = [f for f in ("expired", "wrong-name", "untrusted", "legacy-renegotiation") if f != flaw]
        refused = crawl(others)
        assert refused.returncode == 1
        assert f'put tls_accept = ["{flaw}"] into its definition' in refused.stderr
        assert "Traceback" not in refused.stderr
        accepted = crawl([flaw])
        assert accepted.returncode == 0, accepted.stderr
        assert "│ secure │      2 │" in accepted.stdout
