CREATE TABLE notes (
    id         bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    author     text NOT NULL,
    body       text,
    created_at timestamptz NOT NULL DEFAULT now()
);

CREATE INDEX idx_notes_author_date ON notes (author, created_at);
