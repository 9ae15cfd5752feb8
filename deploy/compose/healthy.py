"""`python -m deploy.compose.healthy PORT PATH`: a health probe. Exits 0 if its own port answers 200.

Imports next to nothing, because it runs every few seconds in every container.
"""

import http.client
import sys


def main() -> None:
    port, path = int(sys.argv[1]), sys.argv[2]
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
    try:
        connection.request("GET", path)
        answer = connection.getresponse()
    except (OSError, http.client.HTTPException) as error:
        sys.exit(f"no answer: {type(error).__name__}")
    if answer.status != http.client.OK:
        # What is not ready is named by the service; Docker keeps this text for `docker inspect`.
        sys.exit(f"{answer.status}: {answer.read(500).decode(errors='replace')}")


if __name__ == "__main__":
    main()
