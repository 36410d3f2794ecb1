SELECT count(*) FROM grants;
