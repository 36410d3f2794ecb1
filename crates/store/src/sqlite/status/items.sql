SELECT log_id, class, items FROM class_counts WHERE items <> 0 ORDER BY log_id, class;
