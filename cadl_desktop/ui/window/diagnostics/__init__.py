"""What is known when something has gone wrong: the log, the event loop's heartbeat, and a report of both."""
