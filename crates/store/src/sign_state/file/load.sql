SELECT size, root, time, note FROM signed WHERE kind = ?1 AND origin = ?2;
