INSERT INTO collection_settings
    (collection, root, alias, title, description, public, judgement, house_rules, clearance)
VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)
ON CONFLICT DO UPDATE SET root = ?2, alias = ?3, title = ?4, description = ?5, public = ?6, judgement = ?7,
    house_rules = ?8, clearance = ?9;
