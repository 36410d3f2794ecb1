-- Touches the row in any case, so that the count tells whether it is there.
UPDATE tokens SET revoked = coalesce(revoked, ?2) WHERE id = ?1;
