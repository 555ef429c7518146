"""`python -m crawler.demo [--port N] [--step N]`: serve the demo city until Ctrl-C."""

import argparse
import contextlib
import threading

from crawler.demo import City, Server


def main() -> None:
    """Serve, and say how to look at it."""
    parser = argparse.ArgumentParser(prog="python -m crawler.demo", description="Serve the demo city on loopback.")
    parser.add_argument("--port", type=int, default=8765, help="0 takes any free one")
    parser.add_argument("--step", type=int, default=0, help="days after the city's first day")
    arguments = parser.parse_args()
    with Server(City(arguments.step), arguments.port) as server, contextlib.suppress(KeyboardInterrupt):
        hosts = "\n".join(f"  http://{host}/  {site.name}" for host, site in server.city.sites.items())
        print(f"The demo city on {server.city.today}, through the proxy {server.proxy_url}\n{hosts}\n")
        print(f"curl -x {server.proxy_url} http://mzj.jichuan.example/jytabl.htm")
        print("A browser: make this its proxy for http. Ctrl-C ends it.", flush=True)
        threading.Event().wait()


if __name__ == "__main__":
    main()
