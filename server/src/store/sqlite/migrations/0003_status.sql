-- What people say of themselves, perhaps for a while, and which event tells of it.
ALTER TABLE users ADD COLUMN status TEXT;
ALTER TABLE users ADD COLUMN status_until INTEGER;
ALTER TABLE users ADD COLUMN status_pos INTEGER;
