-- Takes the rules away before a migration, with what hangs on them; the same transaction makes them anew afterwards, so
-- that nothing of an older version stays behind and nobody meets a database without rules.
DO $$
DECLARE
    found record;
BEGIN
    FOR found IN SELECT oid::regprocedure AS name FROM pg_proc WHERE pronamespace = 'driftguard'::regnamespace LOOP
        EXECUTE format('DROP FUNCTION IF EXISTS %s CASCADE', found.name);
    END LOOP;
    FOR found IN SELECT policyname, tablename FROM pg_policies WHERE schemaname = 'driftguard' LOOP
        EXECUTE format('DROP POLICY %I ON %I', found.policyname, found.tablename);
    END LOOP;
END
$$;
