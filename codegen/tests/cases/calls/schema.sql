CREATE TABLE notes (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, note text NOT NULL);
CREATE MATERIALIZED VIEW note_counts AS SELECT count(*) AS notes FROM notes;
CREATE SCHEMA reports;
CREATE MATERIALIZED VIEW reports."Daily Notes" AS SELECT note FROM notes;

CREATE PROCEDURE add_note(note text, copies integer DEFAULT 1)
LANGUAGE sql
BEGIN ATOMIC
    INSERT INTO notes (note) SELECT add_note.note FROM generate_series(1, copies);
END;

CREATE PROCEDURE count_notes(pattern text, INOUT found bigint, OUT last text)
LANGUAGE plpgsql AS $$
BEGIN
    SELECT count(*), max(note) INTO found, last FROM notes WHERE note LIKE pattern;
END $$;
