"""Runs the console: `python -m deploy.console`."""

import sys

import uvicorn
from pydantic import ValidationError

from deploy.console.app import console
from deploy.console.settings import Settings
from shared.security.keys import InvalidKey
from shared.service import spare_the_collector
from shared.telemetry.logs import configure_logs
from shared.web.edge import Edge


def main() -> None:
    try:
        settings = Settings()
        app = console(settings)
    except ValidationError as error:
        wrong = "; ".join(f"LAPOR_{str(e['loc'][0]).upper()}: {e['msg']}" for e in error.errors())
        sys.exit(f"Not started, because of the settings: {wrong}.")
    except InvalidKey as error:
        sys.exit(f"Not started, because of a key: {error}.")
    configure_logs("console", settings.log_level)
    spare_the_collector()
    uvicorn.run(
        Edge(app),
        host=settings.http_host,
        port=settings.http_port,
        access_log=False,
        log_config=None,
        server_header=False,
        proxy_headers=False,
        date_header=False,
        timeout_keep_alive=60,  # longer than the gateway keeps an idle connection
        timeout_graceful_shutdown=1,  # open pages listen for as long as they are let
    )


if __name__ == "__main__":
    main()
