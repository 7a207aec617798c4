DROP EXTENSION pg_stat_statements;
