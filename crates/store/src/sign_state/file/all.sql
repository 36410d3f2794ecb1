SELECT size, root, time, note, kind, origin FROM signed ORDER BY kind, origin;
