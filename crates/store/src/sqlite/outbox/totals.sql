SELECT items, bytes FROM outbox_totals;
