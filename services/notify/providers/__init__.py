"""Who carries messages: which providers each channel has, how they fare, and who gets the next message."""
