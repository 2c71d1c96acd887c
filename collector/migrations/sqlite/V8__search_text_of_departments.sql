-- What a search looks in: the slug and the names, folded to lower case by the program.
ALTER TABLE department ADD COLUMN search_text TEXT NOT NULL DEFAULT '';
UPDATE department SET search_text = lower(slug || ' ' || name_zh || ' ' || coalesce(name_en, ''));
