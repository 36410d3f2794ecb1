SELECT host, last_heard, last_success, last_error_at, last_error FROM peers ORDER BY host;
