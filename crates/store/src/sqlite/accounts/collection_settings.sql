SELECT collection, root, alias, title, description, public, judgement, house_rules, clearance
FROM collection_settings ORDER BY collection;
