-- The least privileges that the role "the clerk" needs for the queries of this catalog.
-- Written by `planwright grants`. The script only adds: what the role, or PUBLIC, has
-- been granted before stays. It does not grant CONNECT on the database, which PUBLIC has
-- by default, nor anything on types, enums and domains: their USAGE is PUBLIC's by
-- default, and is asked for when objects are created, not when queries run.

GRANT USAGE ON SCHEMA "Odd Names" TO "the clerk";
GRANT USAGE ON SCHEMA app TO "the clerk";
GRANT USAGE ON SCHEMA lib TO "the clerk";
GRANT USAGE ON SCHEMA public TO "the clerk";

GRANT SELECT ("user", "a ""b""", "json") ON TABLE "Odd Names"."Order" TO "the clerk";
-- SELECT (id): rows are read, but no column; any one would do.
GRANT SELECT (id) ON TABLE app.counted TO "the clerk";
GRANT SELECT (note) ON TABLE app.counted_and_read TO "the clerk";
GRANT SELECT (item, quantity) ON TABLE app.deliveries TO "the clerk";
GRANT SELECT (id), INSERT (id, payload) ON TABLE app.done TO "the clerk";
GRANT
    SELECT (at, what, level),
    INSERT (at, what),
    UPDATE (at)
    ON TABLE app.events TO "the clerk";
GRANT INSERT (id) ON TABLE app.handled TO "the clerk";
-- SELECT (first): rows are read, but no column; any one would do.
-- INSERT (first): rows are inserted, but no column is given; any one would do.
GRANT SELECT (first), INSERT (first), DELETE ON TABLE app.heap TO "the clerk";
GRANT SELECT (id, age) ON TABLE app.joined TO "the clerk";
GRANT
    SELECT (email, visits, xmax),
    INSERT (email),
    UPDATE (visits)
    ON TABLE app.keyed TO "the clerk";
-- UPDATE (id): rows are locked, but no column is changed; any one would do.
GRANT SELECT (name), UPDATE (id) ON TABLE app.locked TO "the clerk";
GRANT SELECT (who, tenant) ON TABLE app.members TO "the clerk";
GRANT SELECT (id) ON TABLE app.noisy TO "the clerk";
GRANT
    SELECT (id, mood, amount, doubled),
    INSERT (mood, given, code, labels),
    UPDATE (amount)
    ON TABLE app.orders TO "the clerk";
GRANT SELECT (id) ON TABLE app.owned TO "the clerk";
GRANT SELECT (id, name, age) ON TABLE app.people TO "the clerk";
-- UPDATE (id): rows are locked, but no column is changed; any one would do.
GRANT
    SELECT (id, payload, state),
    UPDATE (id),
    DELETE
    ON TABLE app.queue TO "the clerk";
GRANT UPDATE (note) ON TABLE app.ranked TO "the clerk";
GRANT SELECT (name) ON TABLE app.secrets TO "the clerk";
GRANT
    SELECT (item, quantity),
    INSERT (item, quantity),
    UPDATE (quantity),
    DELETE
    ON TABLE app.stock TO "the clerk";
GRANT UPDATE (changed) ON TABLE app.triggered TO "the clerk";
GRANT UPDATE (changed) ON TABLE app.updated TO "the clerk";
GRANT SELECT (id, other) ON TABLE app.whole TO "the clerk";
GRANT INSERT (name, age) ON TABLE app.writable TO "the clerk";
GRANT SELECT (id, name) ON TABLE hidden.secrets TO "the clerk";
GRANT SELECT (rolcanlogin) ON TABLE pg_catalog.pg_authid TO "the clerk";
GRANT SELECT (ctid, xmin, tableoid) ON TABLE public.bare TO "the clerk";

GRANT SELECT ON SEQUENCE app.keyed_id_seq TO "the clerk";
GRANT SELECT ON SEQUENCE app.looked_at TO "the clerk";
GRANT USAGE ON SEQUENCE app.orders_id_seq TO "the clerk";
GRANT USAGE, UPDATE ON SEQUENCE app.set_and_asked TO "the clerk";
GRANT UPDATE ON SEQUENCE app.set_only TO "the clerk";
GRANT USAGE ON SEQUENCE app.taken TO "the clerk";
GRANT USAGE ON SEQUENCE hidden.people_id_seq TO "the clerk";

GRANT EXECUTE ON FUNCTION lib.level_eq(lib.level, lib.level) TO "the clerk";
GRANT EXECUTE ON FUNCTION lib.level_ge(lib.level, lib.level) TO "the clerk";
GRANT EXECUTE ON FUNCTION lib.level_hash(lib.level) TO "the clerk";
GRANT EXECUTE ON FUNCTION lib.level_in(cstring) TO "the clerk";
GRANT EXECUTE ON FUNCTION lib.level_lt(lib.level, lib.level) TO "the clerk";
GRANT EXECUTE ON FUNCTION lib.level_ne(lib.level, lib.level) TO "the clerk";
GRANT EXECUTE ON FUNCTION lib.level_text(lib.level) TO "the clerk";
GRANT EXECUTE ON FUNCTION lib.of_aggregate(int4) TO "the clerk";
GRANT EXECUTE ON FUNCTION lib.of_base_of_view(int4) TO "the clerk";
GRANT EXECUTE ON FUNCTION lib.of_check(int4) TO "the clerk";
GRANT EXECUTE ON FUNCTION lib.of_default(int4) TO "the clerk";
GRANT EXECUTE ON FUNCTION lib.of_domain(text) TO "the clerk";
GRANT EXECUTE ON FUNCTION lib.of_domain_in_array(text) TO "the clerk";
GRANT EXECUTE ON FUNCTION lib.of_from(int4) TO "the clerk";
GRANT EXECUTE ON FUNCTION lib.of_generated(int4) TO "the clerk";
GRANT EXECUTE ON FUNCTION lib.of_generated_trigger(int4) TO "the clerk";
GRANT EXECUTE ON FUNCTION lib.of_index(int4) TO "the clerk";
GRANT EXECUTE ON FUNCTION lib.of_moved_row(int4) TO "the clerk";
GRANT EXECUTE ON FUNCTION lib.of_owner(int4) TO "the clerk";
GRANT EXECUTE ON FUNCTION lib.of_partition_check(int4) TO "the clerk";
GRANT EXECUTE ON FUNCTION lib.of_partition_key(int4) TO "the clerk";
GRANT EXECUTE ON FUNCTION lib.of_policy(int4) TO "the clerk";
GRANT EXECUTE ON FUNCTION lib.of_predicate(int4) TO "the clerk";
GRANT EXECUTE ON FUNCTION lib.of_query(int4, pg_catalog."char", text[], varchar) TO "the clerk";
GRANT EXECUTE ON FUNCTION lib.of_trigger_when(int4) TO "the clerk";
GRANT EXECUTE ON FUNCTION lib.of_view(text) TO "the clerk";
GRANT EXECUTE ON FUNCTION lib.of_view_condition(int4) TO "the clerk";
GRANT EXECUTE ON FUNCTION lib.of_view_volatile(text) TO "the clerk";
GRANT EXECUTE ON FUNCTION pg_catalog.pg_ls_waldir() TO "the clerk";

-- These run with the privileges of the role, too. What the statements in them need is not
-- known here, and has to be granted besides; SECURITY DEFINER functions are not among them.
--   function lib.level_text(lib.level)
--   function lib.of_aggregate(int4)
--   function lib.of_base_of_view(int4)
--   function lib.of_check(int4)
--   function lib.of_default(int4)
--   function lib.of_domain(text)
--   function lib.of_domain_in_array(text)
--   function lib.of_from(int4)
--   function lib.of_generated(int4)
--   function lib.of_generated_trigger(int4)
--   function lib.of_index(int4)
--   function lib.of_moved_row(int4)
--   function lib.of_partition_check(int4)
--   function lib.of_partition_key(int4)
--   function lib.of_policy(int4)
--   function lib.of_predicate(int4)
--   function lib.of_query(int4, pg_catalog."char", text[], varchar)
--   function lib.of_trigger_when(int4)
--   function lib.of_view(text)
--   function lib.of_view_condition(int4)
--   function lib.of_view_volatile(text)
--   trigger handle on app.handled: function lib.keep()
--   trigger keep_orders on app.orders: function lib.keep()

-- These queries work on a sequence that is known only when they run. It needs USAGE for
-- nextval, SELECT for currval and lastval, UPDATE for setval.
--   queries::ask_serial: currval

-- These are no queries, and what they need is not known here. It has to be granted besides:
-- EXECUTE on a procedure and what its body needs, the ownership of what is refreshed.
--   queries::told: NOTIFY
