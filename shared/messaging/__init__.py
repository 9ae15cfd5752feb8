"""Facts on the wire: out by the outbox, in through the inbox, retried by the ladder, parked with a reason."""
