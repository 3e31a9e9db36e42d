-- The audit log. Who acts and when is the database's to say, and it makes the chain: a client can add an entry under
-- its own name that tells of what it does in the same transaction, and nothing else.

CREATE FUNCTION moment() RETURNS timestamptz
LANGUAGE sql STABLE SET search_path = driftguard, pg_temp
AS 'SELECT transaction_timestamp()';

-- A refusal is an error, which the server writes into its own log with the person and the statement.
CREATE FUNCTION refuse(reason text) RETURNS void
LANGUAGE plpgsql SET search_path = driftguard, pg_temp
AS $$
BEGIN
    RAISE EXCEPTION USING MESSAGE = reason, ERRCODE = 'DG001';
END
$$;

CREATE FUNCTION role_of(person name) RETURNS text
LANGUAGE sql STABLE SET search_path = driftguard, pg_temp
AS $$
    SELECT CASE WHEN pg_has_role(person, 'driftguard_admin', 'MEMBER') THEN 'admin'
                WHEN pg_has_role(person, 'driftguard_edit', 'MEMBER') THEN 'edit'
                WHEN pg_has_role(person, 'driftguard_view', 'MEMBER') THEN 'view' END
$$;

-- Whether a row was written by the transaction that asks, by its `xmin`.
CREATE FUNCTION written_now(row_of xid) RETURNS boolean
LANGUAGE sql STABLE SET search_path = driftguard, pg_temp
AS 'SELECT row_of = pg_current_xact_id_if_assigned()::xid';

-- A JSON value as the application writes it before it takes the hash: keys in order, no spaces, floats at their
-- shortest, so that whoever reads an entry comes to the same hash.
CREATE FUNCTION canonical(value jsonb) RETURNS text
LANGUAGE plpgsql IMMUTABLE SET search_path = driftguard, pg_temp
AS $$
BEGIN
    CASE jsonb_typeof(value)
        WHEN 'object' THEN
            RETURN '{' || coalesce((SELECT string_agg(to_json(key)::text || ':' || canonical(item), ','
                                                      ORDER BY key COLLATE "C")
                                    FROM jsonb_each(value) AS pairs (key, item)), '') || '}';
        WHEN 'array' THEN
            RETURN '[' || coalesce((SELECT string_agg(canonical(item), ',' ORDER BY position)
                                    FROM jsonb_array_elements(value) WITH ORDINALITY AS items (item, position)), '')
                   || ']';
        WHEN 'number' THEN
            RETURN canonical_number((value #>> '{}')::numeric);
        ELSE
            RETURN value::text;
    END CASE;
END
$$;

CREATE FUNCTION canonical_number(number numeric) RETURNS text
LANGUAGE plpgsql IMMUTABLE SET search_path = driftguard, pg_temp
AS $$
DECLARE
    shortest text := number::double precision::text;
    plain text := shortest::numeric::text;
BEGIN
    IF scale(number) = 0 THEN
        RETURN number::text;
    ELSIF number <> 0 AND (abs(number) < 1e-5 OR abs(number) >= 1e16) THEN
        RETURN regexp_replace(regexp_replace(shortest, 'e\+?0*', 'e'), 'e-0*', 'e-');
    END IF;
    RETURN CASE WHEN plain LIKE '%.%' THEN plain ELSE plain || '.0' END;
END
$$;

-- Adds an entry. For the functions here alone; people call `append_audit`.
CREATE FUNCTION write_audit(who text, what text, about text, said jsonb) RETURNS audit_log
LANGUAGE plpgsql SECURITY DEFINER SET search_path = driftguard, pg_temp
AS $$
DECLARE
    previous audit_log;
    entry audit_log;
    utc timestamp := moment() AT TIME ZONE 'UTC';
BEGIN
    -- A transaction that was begun long ago would date what it does to then.
    IF clock_timestamp() - transaction_timestamp() > interval '1 minute' THEN
        PERFORM refuse('this step took more than a minute, and its time would be wrong: take it again');
    END IF;
    -- One after the other, since an entry holds the hash of the one before it; whoever only reads does not wait.
    PERFORM FROM audit_turn FOR UPDATE;
    SELECT * INTO previous FROM audit_log ORDER BY number DESC LIMIT 1;
    entry.number := coalesce(previous.number, 0) + 1;
    entry.at := moment();
    entry.actor := who;
    entry.action := what;
    entry.subject := about;
    entry.details := canonical(said)::json;
    entry.previous_hash := coalesce(previous.hash, repeat('0', 64));
    entry.hash := encode(sha256(convert_to(
        entry.previous_hash || '{"action":' || to_json(what) || ',"actor":' || to_json(who)
        || ',"at":"' || to_char(utc, 'YYYY-MM-DD"T"HH24:MI:SS')
        || CASE WHEN date_trunc('second', utc) = utc THEN '' ELSE to_char(utc, '.US') END
        || 'Z","details":' || entry.details || ',"number":' || entry.number || ',"subject":' || to_json(about) || '}',
        'UTF8')), 'hex');
    INSERT INTO audit_log SELECT entry.*;
    RETURN entry;
END
$$;

CREATE FUNCTION append_audit(who text, what text, about text, said jsonb) RETURNS audit_log
LANGUAGE plpgsql SECURITY DEFINER SET search_path = driftguard, pg_temp
AS $$
BEGIN
    IF who <> session_user AND NOT (who = 'driftguard' AND what = 'request.expire') THEN
        PERFORM refuse(format('you are %s, and the audit log takes nothing in the name of %s', session_user, who));
    ELSIF what ~ '^(role|policy)\.' THEN
        PERFORM refuse('roles and policies are changed with `driftguard db`, which writes that down');
    ELSIF what ~ '^(baseline|model)\.' AND role_of(session_user) = 'view' THEN
        PERFORM refuse(format('%s needs the role edit, and yours is view: ask an admin for it', what));
    ELSIF what !~ '^[a-z][a-z.-]{0,63}$' OR length(about) > 1000 OR length(said::text) > 100000 THEN
        PERFORM refuse('an entry of the audit log has a short action and subject, and details of up to 100 kB');
    END IF;
    RETURN write_audit(who, what, about, said);
END
$$;

-- Whether this transaction wrote an entry about something. Its entries are the last ones for as long as it lasts.
CREATE FUNCTION is_written_down(about text, what text) RETURNS boolean
LANGUAGE sql STABLE SET search_path = driftguard, pg_temp
AS $$
    SELECT EXISTS (
        SELECT FROM (SELECT subject, action, xmin AS written FROM audit_log ORDER BY number DESC LIMIT 10000) AS newest
        WHERE subject = about AND action LIKE what AND written_now(written)
    )
$$;

-- What the log tells of a request was done to it, by this transaction. Looked at when it ends.
CREATE FUNCTION entry_tells_the_truth() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = driftguard, pg_temp
AS $$
DECLARE
    true_of_request boolean := CASE
        WHEN NEW.action IN ('request.approve', 'request.reject') THEN
            EXISTS (SELECT FROM approvals WHERE request_id = NEW.subject AND by = NEW.actor
                    AND 'request.' || verdict = NEW.action AND written_now(xmin))
        WHEN NEW.action = 'request.expire' THEN
            EXISTS (SELECT FROM change_requests WHERE id = NEW.subject AND status = 'expired' AND written_now(xmin))
        ELSE
            EXISTS (SELECT FROM change_requests WHERE id = NEW.subject AND written_now(xmin))
            OR EXISTS (SELECT FROM request_comments WHERE request_id = NEW.subject AND written_now(xmin))
            OR EXISTS (SELECT FROM executions WHERE request_id = NEW.subject AND written_now(xmin))
    END;
BEGIN
    IF NOT true_of_request THEN
        PERFORM refuse(format('nothing was done to request %s that %s could tell of', NEW.subject, NEW.action));
    END IF;
    RETURN NULL;
END
$$;

CREATE CONSTRAINT TRIGGER entry_tells_the_truth AFTER INSERT ON audit_log DEFERRABLE INITIALLY DEFERRED
FOR EACH ROW WHEN (NEW.action LIKE 'request.%' AND NEW.action <> 'request.refused')
EXECUTE FUNCTION entry_tells_the_truth();

-- Not even by mistake of those who may do everything.
CREATE FUNCTION keep_history() RETURNS trigger
LANGUAGE plpgsql SET search_path = driftguard, pg_temp
AS $$
BEGIN
    PERFORM refuse(format('%s is append-only', TG_TABLE_NAME));
    RETURN NULL;
END
$$;

CREATE TRIGGER keep_history BEFORE UPDATE OR DELETE OR TRUNCATE ON audit_log
FOR EACH STATEMENT EXECUTE FUNCTION keep_history();
CREATE TRIGGER keep_history BEFORE UPDATE OR DELETE OR TRUNCATE ON approvals
FOR EACH STATEMENT EXECUTE FUNCTION keep_history();
CREATE TRIGGER keep_history BEFORE UPDATE OR DELETE OR TRUNCATE ON request_comments
FOR EACH STATEMENT EXECUTE FUNCTION keep_history();
CREATE TRIGGER keep_history BEFORE DELETE OR TRUNCATE ON change_requests
FOR EACH STATEMENT EXECUTE FUNCTION keep_history();
CREATE TRIGGER keep_history BEFORE DELETE OR TRUNCATE ON executions
FOR EACH STATEMENT EXECUTE FUNCTION keep_history();
