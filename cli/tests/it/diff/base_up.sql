CREATE TYPE mood AS ENUM ('calm', 'glad');

CREATE TABLE notes (
    id         bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    author     text NOT NULL,
    body       text,
    mood       mood NOT NULL,
    created_at timestamptz NOT NULL DEFAULT now(),
    rest       text
);

CREATE INDEX idx_notes_author ON notes (author);

CREATE TABLE comments (
    id      bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    note_id bigint NOT NULL REFERENCES notes,
    body    text NOT NULL
);

CREATE INDEX idx_comments_note ON comments (note_id);
