"""The link to a message centre: whoever tells it something never waits for it."""

import socket
import threading

from services.notify.channels.smpp_link import Account, Link


def test_acknowledging_waits_for_no_link_whose_message_centre_has_stopped_reading():
    with socket.create_server(("127.0.0.1", 0)) as centre:
        link = Link(Account("127.0.0.1", centre.getsockname()[1], "lapor", "x"), 30.0, lambda *_: None)

        def acknowledge() -> None:
            for sequence in range(5_000):
                link._acknowledge(sequence)

        caller = threading.Thread(target=acknowledge, daemon=True)
        caller.start()
        caller.join(10.0)
        link.close()
    assert not caller.is_alive()
