"""What the cases share: the server under test, objects to send it, raw sockets, the report."""
