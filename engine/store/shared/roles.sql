-- The roles of the database server. People log in as themselves and are members of one of the three groups, of which
-- each includes the one before. Nobody logs in as the owner, and nobody is a member of it but while we set things up.
DO $$
DECLARE
    wanted text;
BEGIN
    FOREACH wanted IN ARRAY ARRAY['driftguard_owner', 'driftguard_view', 'driftguard_edit', 'driftguard_admin'] LOOP
        IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = wanted) THEN
            EXECUTE format('CREATE ROLE %I NOLOGIN', wanted);
        END IF;
    END LOOP;
    GRANT driftguard_view TO driftguard_edit;
    GRANT driftguard_edit TO driftguard_admin;
    -- So that its functions can grant and revoke them; it does not have what they may.
    GRANT driftguard_view, driftguard_edit, driftguard_admin TO driftguard_owner
        WITH ADMIN TRUE, INHERIT FALSE, SET FALSE;
END
$$;
