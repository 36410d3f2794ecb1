SELECT dialogue, note FROM declarations WHERE origin = ?1 AND serial = ?2;
