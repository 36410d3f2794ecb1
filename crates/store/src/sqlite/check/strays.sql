SELECT count(*) FROM items WHERE position >> 40 NOT IN (SELECT id FROM logs);
