UPDATE outbox_totals SET items = items + ?1, bytes = bytes + ?2;
