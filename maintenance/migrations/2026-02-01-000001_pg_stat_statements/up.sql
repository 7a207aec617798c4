-- What statements.sql reads. It is filled where the server's configuration says
-- shared_preload_libraries = 'pg_stat_statements'.
CREATE EXTENSION IF NOT EXISTS pg_stat_statements;
