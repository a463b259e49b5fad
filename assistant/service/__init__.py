"""What keeps the service up and discreet: limits, addresses, headers, logs, counters, questions kept or not."""
