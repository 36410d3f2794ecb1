INSERT INTO class_counts (log_id, class, items) VALUES (?1, ?2, ?3)
ON CONFLICT (log_id, class) DO UPDATE SET items = items + excluded.items;
