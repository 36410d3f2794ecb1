DELETE FROM grants WHERE user = ?1 AND scope = ?2 AND target = ?3;
