SELECT min(id) FROM alarms WHERE log_id IS ?1 AND kind = ?2 AND evidence = ?3;
