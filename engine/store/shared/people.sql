-- Who may do what, granted by those who may and never to themselves; each grant is in the audit log.

CREATE FUNCTION grant_role(person text, wanted text) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = driftguard, pg_temp
AS $$
DECLARE
    before text;
BEGIN
    PERFORM refuse_role_change(person);
    IF wanted NOT IN ('view', 'edit', 'admin') THEN
        PERFORM refuse(format('%s is no role: it is view, edit or admin', wanted));
    ELSIF EXISTS (SELECT FROM pg_roles WHERE rolname = person
                  AND (rolsuper OR rolbypassrls OR rolcreaterole OR rolreplication)) THEN
        PERFORM refuse(format('%s administers this server, so that no rule would bind them: use another login', person));
    END IF;
    before := role_of(person);
    EXECUTE format('REVOKE driftguard_view, driftguard_edit, driftguard_admin FROM %I', person);
    EXECUTE format('GRANT %I TO %I', 'driftguard_' || wanted, person);
    PERFORM refuse_leftover(person, wanted);
    PERFORM write_audit(session_user, 'role.grant', person, jsonb_build_object('role', wanted, 'before', before));
END
$$;

CREATE FUNCTION revoke_role(person text) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = driftguard, pg_temp
AS $$
DECLARE
    before text;
BEGIN
    PERFORM refuse_role_change(person);
    before := role_of(person);
    IF before IS NULL THEN
        PERFORM refuse(format('%s has no role here', person));
    END IF;
    EXECUTE format('REVOKE driftguard_view, driftguard_edit, driftguard_admin FROM %I', person);
    PERFORM refuse_leftover(person, NULL);
    PERFORM write_audit(session_user, 'role.revoke', person, jsonb_build_object('before', before));
END
$$;

CREATE FUNCTION refuse_role_change(person text) RETURNS void
LANGUAGE plpgsql SET search_path = driftguard, pg_temp
AS $$
BEGIN
    IF role_of(session_user) IS DISTINCT FROM 'admin' THEN
        PERFORM refuse('granting and revoking needs the role admin');
    ELSIF person = session_user THEN
        PERFORM refuse('nobody changes their own role: another admin has to');
    ELSIF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = person AND rolcanlogin) THEN
        PERFORM refuse(format('nobody logs in to this server as %s: its administrator has to create that login', person));
    END IF;
END
$$;

-- What somebody else granted, only they or a superuser can take away.
CREATE FUNCTION refuse_leftover(person text, wanted text) RETURNS void
LANGUAGE plpgsql SET search_path = driftguard, pg_temp
AS $$
BEGIN
    IF role_of(person) IS DISTINCT FROM wanted THEN
        PERFORM refuse(format('%s is %s by a grant made past this function: the administrator of the server has to '
                              'revoke that', person, role_of(person)));
    END IF;
END
$$;

-- What the database insists on is an admin's to set, and is written down; what is asked for already is held to it too.
CREATE FUNCTION set_policy(of_level text, needs integer, by_role text, emergencies boolean) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = driftguard, pg_temp
AS $$
DECLARE
    before request_policy;
BEGIN
    SELECT * INTO before FROM request_policy WHERE level = of_level FOR UPDATE;
    IF role_of(session_user) IS DISTINCT FROM 'admin' THEN
        PERFORM refuse('what requests need is for an admin to say');
    ELSIF before IS NULL THEN
        PERFORM refuse(format('%s is no severity: it is critical, high, medium or low', of_level));
    ELSIF needs < 1 OR by_role NOT IN ('edit', 'admin') THEN
        PERFORM refuse('a request needs one approval at least, and is carried out by edit or admin');
    ELSIF EXISTS (SELECT FROM change_requests WHERE requested_by = session_user
                  AND status IN ('draft', 'requested', 'approved')) THEN
        PERFORM refuse('you have a request that is open: another admin has to change what it needs');
    END IF;
    UPDATE request_policy SET approvals = needs, executes = by_role, break_glass = emergencies,
        set_by = session_user WHERE level = of_level;
    PERFORM write_audit(session_user, 'policy.set', of_level, jsonb_build_object(
        'approvals', needs, 'executes', by_role, 'break_glass', emergencies, 'before', to_jsonb(before)));
END
$$;
