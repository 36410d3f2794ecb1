SELECT count(*) FROM tokens;
