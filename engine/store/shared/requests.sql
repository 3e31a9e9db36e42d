-- Change requests: which step is possible, for whom. Each guard looks at one row before it is written; what takes
-- several rows (enough approvals, an entry in the audit log) is looked at when the transaction ends.

-- As `Plan.hash` has it: over the plan as it was sent, byte for byte, without what is only remarked.
CREATE FUNCTION plan_hash(plan json) RETURNS text
LANGUAGE sql IMMUTABLE SET search_path = driftguard, pg_temp
AS $$
    SELECT encode(sha256(convert_to(
        '{' || string_agg(to_json(key)::text || ':' || value::text, ',' ORDER BY key COLLATE "C") || '}', 'UTF8')), 'hex')
    FROM json_each(plan)
    WHERE key <> 'rationale' AND NOT (key = 'prepared' AND value::text = 'null')
$$;

CREATE FUNCTION guard_new_request() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = driftguard, pg_temp
AS $$
BEGIN
    IF NEW.requested_by <> session_user THEN
        PERFORM refuse(format('you are %s, and cannot ask in the name of %s', session_user, NEW.requested_by));
    ELSIF NEW.status NOT IN ('draft', 'requested') OR NEW.closed_at IS NOT NULL OR NEW.closed_by IS NOT NULL THEN
        PERFORM refuse(format('a request begins as a draft or requested, not as %s', NEW.status));
    ELSIF NEW.drift_id IS DISTINCT FROM NEW.plan ->> 'drift_id'
          OR NEW.recommendation_id IS DISTINCT FROM NEW.plan ->> 'recommendation_id' THEN
        PERFORM refuse('the plan of a request is for the drift and the recommendation that the request names');
    ELSIF NEW.plan_hash <> plan_hash(NEW.plan) THEN
        PERFORM refuse('the plan has another hash than the request says');
    ELSIF NEW.expires_at <= moment() THEN
        PERFORM refuse('a request waits for a decision until some time to come');
    END IF;
    NEW.requested_at := moment();
    RETURN NEW;
END
$$;

CREATE TRIGGER guard_new_request BEFORE INSERT ON change_requests
FOR EACH ROW EXECUTE FUNCTION guard_new_request();

CREATE FUNCTION guard_request() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = driftguard, pg_temp
AS $$
DECLARE
    reason text;
BEGIN
    IF (NEW.id, NEW.estate, NEW.drift_id, NEW.recommendation_id, NEW.requested_by, NEW.requested_at, NEW.reason,
        NEW.environment, NEW.terms::text)
       IS DISTINCT FROM
       (OLD.id, OLD.estate, OLD.drift_id, OLD.recommendation_id, OLD.requested_by, OLD.requested_at, OLD.reason,
        OLD.environment, OLD.terms::text) THEN
        PERFORM refuse('what was asked for, by whom and when, stays as it is: withdraw the request and ask anew');
    ELSIF (NEW.plan::text, NEW.plan_hash) IS DISTINCT FROM (OLD.plan::text, OLD.plan_hash)
          AND (OLD.status <> 'draft' OR session_user <> OLD.requested_by OR NEW.plan_hash <> plan_hash(NEW.plan)
               OR NEW.drift_id IS DISTINCT FROM NEW.plan ->> 'drift_id') THEN
        PERFORM refuse('the plan of a request is fixed when it is asked for: withdraw the request and ask anew');
    ELSIF NEW.expires_at <> OLD.expires_at AND (OLD.status, NEW.status) NOT IN
          (('draft', 'requested'), ('requested', 'approved')) THEN
        PERFORM refuse('until when a request waits is fixed when it is asked for and when it is approved');
    ELSIF NEW.status = OLD.status THEN
        IF (NEW.closed_at, NEW.closed_by) IS DISTINCT FROM (OLD.closed_at, OLD.closed_by) THEN
            PERFORM refuse('who closed a request, and when, stays as it is');
        END IF;
        RETURN NEW;
    END IF;
    reason := why_not(OLD, NEW);
    IF reason IS NOT NULL THEN
        PERFORM refuse(format('request %s is %s and cannot become %s: %s', OLD.id, OLD.status, NEW.status, reason));
    ELSIF NEW.closed_by IS NOT NULL AND NEW.closed_by <> session_user THEN
        PERFORM refuse(format('you are %s, and cannot close a request in the name of %s', session_user, NEW.closed_by));
    END IF;
    NEW.closed_at := CASE WHEN NEW.status = 'expired' THEN OLD.expires_at
                          WHEN NEW.closed_at IS NOT NULL THEN moment() END;
    RETURN NEW;
END
$$;

CREATE TRIGGER guard_request BEFORE UPDATE ON change_requests
FOR EACH ROW EXECUTE FUNCTION guard_request();

-- Why whoever is connected cannot take a request from one status to another; NULL when they can.
CREATE FUNCTION why_not(was change_requests, becomes change_requests) RETURNS text
LANGUAGE plpgsql STABLE SET search_path = driftguard, pg_temp
AS $$
DECLARE
    is_admin boolean := role_of(session_user) = 'admin';
    is_theirs boolean := was.requested_by = session_user;
    waits boolean := was.status IN ('draft', 'requested', 'approved');
    overdue boolean := waits AND was.expires_at <= moment();
BEGIN
    IF becomes.status = 'expired' THEN
        RETURN CASE WHEN NOT overdue THEN 'its time is not over' END;
    ELSIF overdue THEN
        RETURN 'its time is over';
    END IF;
    RETURN CASE was.status || ' > ' || becomes.status
        WHEN 'draft > requested' THEN CASE WHEN NOT is_theirs THEN 'only who drafted it can' END
        WHEN 'requested > approved' THEN
            CASE WHEN is_theirs THEN 'nobody approves their own: another admin has to decide'
                 WHEN NOT is_admin THEN 'an admin has to decide' END
        WHEN 'requested > rejected' THEN CASE WHEN NOT is_admin THEN 'an admin has to decide' END
        WHEN 'approved > rejected' THEN CASE WHEN NOT is_admin THEN 'an admin has to decide' END
        WHEN 'draft > withdrawn' THEN CASE WHEN NOT (is_theirs OR is_admin) THEN 'only who asked or an admin can' END
        WHEN 'requested > withdrawn' THEN
            CASE WHEN NOT (is_theirs OR is_admin) THEN 'only who asked or an admin can' END
        WHEN 'approved > withdrawn' THEN
            CASE WHEN NOT (is_theirs OR is_admin) THEN 'only who asked or an admin can' END
        WHEN 'approved > executing' THEN
            CASE WHEN NOT is_admin AND ('edit', 'edit') IS DISTINCT FROM
                                       ((policy_of(was)).executes, was.terms ->> 'executes') THEN 'an admin has to' END
        WHEN 'requested > executing' THEN
            CASE WHEN NOT is_admin THEN 'it is not approved'
                 WHEN (policy_of(was)).set_by = session_user THEN 'who lets emergencies do without is not who has one'
                 WHEN (policy_of(was)).break_glass IS NOT TRUE THEN 'it is not approved, and no policy lets an emergency do without' END
        WHEN 'executing > verified' THEN why_no_end(was)
        WHEN 'executing > failed' THEN why_no_end(was)
        WHEN 'executing > approved' THEN why_no_release(was)
        WHEN 'executing > requested' THEN why_no_release(was)
        WHEN 'executing > closed' THEN CASE WHEN NOT (is_theirs OR is_admin) THEN 'only who asked or an admin can' END
        WHEN 'verified > closed' THEN CASE WHEN NOT (is_theirs OR is_admin) THEN 'only who asked or an admin can' END
        WHEN 'failed > closed' THEN CASE WHEN NOT (is_theirs OR is_admin) THEN 'only who asked or an admin can' END
        ELSE 'no step leads there'
    END;
END
$$;

-- What the database insists on for a request, by how grave its drift is.
CREATE FUNCTION policy_of(request change_requests) RETURNS request_policy
LANGUAGE sql STABLE SET search_path = driftguard, pg_temp
AS $$
    SELECT request_policy FROM request_policy JOIN drift_events USING (level) WHERE drift_events.id = request.drift_id
$$;

-- How it ended is said by who carried it out, or by an admin, as after that process died; once a tool was done with it,
-- by whoever records what a scan finds.
CREATE FUNCTION why_no_end(request change_requests) RETURNS text
LANGUAGE sql STABLE SET search_path = driftguard, pg_temp
AS $$
    SELECT CASE WHEN role_of(session_user) <> 'admin' AND last.by <> session_user AND last.applied_at IS NULL
                THEN 'only who carried it out or an admin can' END
    FROM executions AS last WHERE request_id = request.id ORDER BY started_at DESC LIMIT 1
$$;

-- It stands again where it stood, once nothing was carried out.
CREATE FUNCTION why_no_release(request change_requests) RETURNS text
LANGUAGE sql STABLE SET search_path = driftguard, pg_temp
AS $$
    SELECT CASE WHEN EXISTS (
        SELECT FROM executions WHERE request_id = request.id AND (ended_at IS NULL OR applied_at IS NOT NULL)
    ) THEN 'it is being carried out, or was' ELSE why_no_end(request) END
$$;

CREATE FUNCTION guard_decision() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = driftguard, pg_temp
AS $$
DECLARE
    request change_requests;
    moved_now boolean;
BEGIN
    SELECT * INTO request FROM change_requests WHERE id = NEW.request_id FOR UPDATE;
    SELECT written_now(xmin) INTO moved_now FROM change_requests WHERE id = NEW.request_id;
    IF NEW."by" <> session_user THEN
        PERFORM refuse(format('you are %s, and cannot decide in the name of %s', session_user, NEW."by"));
    ELSIF NEW.verdict NOT IN ('approve', 'reject') THEN
        PERFORM refuse(format('a decision is to approve or to reject, not to %s', NEW.verdict));
    ELSIF role_of(session_user) <> 'admin' THEN
        PERFORM refuse(format('deciding needs the role admin, and yours is %s', role_of(session_user)));
    ELSIF NEW.verdict = 'approve' AND request.requested_by = session_user THEN
        PERFORM refuse('you asked for this change, and nobody approves their own: another admin has to decide');
    ELSIF NOT (moved_now OR request.status IN ('requested', 'approved')) OR request.status = 'draft' THEN
        PERFORM refuse(format('request %s is %s: nothing is left to decide', request.id, request.status));
    ELSIF request.expires_at <= moment() THEN
        PERFORM refuse(format('request %s has expired', request.id));
    ELSIF NEW.plan_hash <> request.plan_hash OR request.plan_hash <> plan_hash(request.plan) THEN
        PERFORM refuse(format('the plan of request %s is not the one you saw: look at it again', request.id));
    END IF;
    NEW.at := moment();
    NEW.role := role_of(session_user);
    NEW.alone := false;
    RETURN NEW;
END
$$;

CREATE TRIGGER guard_decision BEFORE INSERT ON approvals FOR EACH ROW EXECUTE FUNCTION guard_decision();

CREATE FUNCTION guard_execution() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = driftguard, pg_temp
AS $$
BEGIN
    IF TG_OP = 'INSERT' THEN
        IF NEW."by" <> session_user THEN
            PERFORM refuse(format('you are %s, and cannot act in the name of %s', session_user, NEW."by"));
        ELSIF NEW.applied_at IS NOT NULL OR NEW.ended_at IS NOT NULL THEN
            PERFORM refuse('what is only begun is neither applied nor ended');
        END IF;
        NEW.started_at := moment();
        RETURN NEW;
    END IF;
    IF (NEW.id, NEW.request_id, NEW."by", NEW.started_at, NEW.broke)
       IS DISTINCT FROM (OLD.id, OLD.request_id, OLD."by", OLD.started_at, OLD.broke) THEN
        PERFORM refuse('who carried a request out, and when, stays as it is');
    ELSIF OLD.ended_at IS NOT NULL THEN
        PERFORM refuse('what has ended stays as it is');
    ELSIF OLD."by" <> session_user AND OLD.lease_until > moment() THEN
        PERFORM refuse(format('%s is carrying this request out', OLD."by"));
    END IF;
    RETURN NEW;
END
$$;

-- One at a time: never twice at once.
CREATE UNIQUE INDEX IF NOT EXISTS one_execution ON executions (request_id) WHERE ended_at IS NULL;

CREATE TRIGGER guard_execution BEFORE INSERT OR UPDATE ON executions
FOR EACH ROW EXECUTE FUNCTION guard_execution();

-- What a person says is under their own name, and of now.
CREATE FUNCTION guard_word() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = driftguard, pg_temp
AS $$
BEGIN
    IF NEW."by" <> session_user THEN
        PERFORM refuse(format('you are %s, and cannot speak in the name of %s', session_user, NEW."by"));
    END IF;
    NEW.at := moment();
    RETURN NEW;
END
$$;

CREATE TRIGGER guard_word BEFORE INSERT ON request_comments FOR EACH ROW EXECUTE FUNCTION guard_word();
CREATE TRIGGER guard_word BEFORE INSERT ON feedback FOR EACH ROW EXECUTE FUNCTION guard_word();

CREATE FUNCTION guard_baseline() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = driftguard, pg_temp
AS $$
BEGIN
    IF NEW.accepted_by <> session_user THEN
        PERFORM refuse(format('you are %s, and cannot accept in the name of %s', session_user, NEW.accepted_by));
    END IF;
    NEW.accepted_at := moment();
    RETURN NEW;
END
$$;

CREATE TRIGGER guard_baseline BEFORE INSERT ON baselines FOR EACH ROW EXECUTE FUNCTION guard_baseline();

-- When the transaction ends: what is approved or carried out has the approvals it needs, for the plan that it has.
CREATE FUNCTION decided_by_enough() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = driftguard, pg_temp
AS $$
DECLARE
    request change_requests;
    given integer;
    needed integer;
BEGIN
    SELECT * INTO request FROM change_requests WHERE id = NEW.id;
    SELECT count(*) INTO given FROM approvals
    WHERE request_id = request.id AND verdict = 'approve' AND plan_hash = plan_hash(request.plan)
          AND by <> request.requested_by;
    needed := greatest((request.terms ->> 'approvals')::integer, (policy_of(request)).approvals, 1);
    IF NEW.status IN ('approved', 'executing') AND given < needed
       AND NOT (NEW.status = 'executing' AND (policy_of(request)).break_glass AND told_of_emergency(request)) THEN
        PERFORM refuse(format('request %s has %s of the %s approvals that it needs', request.id, given, needed));
    ELSIF NEW.status = 'rejected' AND NOT EXISTS (
        SELECT FROM approvals WHERE request_id = request.id AND verdict = 'reject') THEN
        PERFORM refuse(format('nobody rejected request %s', request.id));
    ELSIF NEW.status = 'executing' AND NOT EXISTS (
        SELECT FROM executions WHERE request_id = request.id AND written_now(xmin)) THEN
        PERFORM refuse(format('nobody carries request %s out', request.id));
    END IF;
    RETURN NULL;
END
$$;

-- Whoever passes over approvals says why, and somebody is woken up.
CREATE FUNCTION told_of_emergency(request change_requests) RETURNS boolean
LANGUAGE sql STABLE SET search_path = driftguard, pg_temp
AS $$
    SELECT EXISTS (SELECT FROM executions WHERE request_id = request.id AND broke <> '' AND written_now(xmin))
       AND EXISTS (SELECT FROM notifications
                   WHERE drift_id = request.drift_id AND channel = 'alarm' AND written_now(xmin))
$$;

CREATE CONSTRAINT TRIGGER decided_by_enough AFTER UPDATE ON change_requests DEFERRABLE INITIALLY DEFERRED
FOR EACH ROW WHEN (NEW.status <> OLD.status) EXECUTE FUNCTION decided_by_enough();

-- When the transaction ends: nobody carries out what is not being carried out by then.
CREATE FUNCTION executes_a_request() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = driftguard, pg_temp
AS $$
BEGIN
    IF NOT EXISTS (SELECT FROM change_requests WHERE id = NEW.request_id AND status = 'executing') THEN
        PERFORM refuse(format('request %s is not being carried out', NEW.request_id));
    END IF;
    RETURN NULL;
END
$$;

CREATE CONSTRAINT TRIGGER executes_a_request AFTER INSERT ON executions DEFERRABLE INITIALLY DEFERRED
FOR EACH ROW EXECUTE FUNCTION executes_a_request();

-- When the transaction ends: each step is written down.
CREATE FUNCTION step_is_written_down() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = driftguard, pg_temp
AS $$
DECLARE
    request text := to_jsonb(NEW) ->> CASE WHEN TG_TABLE_NAME = 'change_requests' THEN 'id' ELSE 'request_id' END;
    entry text := 'request.' || CASE WHEN TG_TABLE_NAME = 'approvals' THEN to_jsonb(NEW) ->> 'verdict' ELSE '%' END;
BEGIN
    IF NOT is_written_down(request, entry) THEN
        PERFORM refuse(format('this step with request %s is not in the audit log', request));
    END IF;
    RETURN NULL;
END
$$;

CREATE CONSTRAINT TRIGGER new_is_written_down AFTER INSERT ON change_requests DEFERRABLE INITIALLY DEFERRED
FOR EACH ROW EXECUTE FUNCTION step_is_written_down();
CREATE CONSTRAINT TRIGGER step_is_written_down AFTER UPDATE ON change_requests DEFERRABLE INITIALLY DEFERRED
FOR EACH ROW WHEN (NEW.status <> OLD.status) EXECUTE FUNCTION step_is_written_down();
CREATE CONSTRAINT TRIGGER step_is_written_down AFTER INSERT ON approvals DEFERRABLE INITIALLY DEFERRED
FOR EACH ROW EXECUTE FUNCTION step_is_written_down();
CREATE CONSTRAINT TRIGGER step_is_written_down AFTER INSERT ON request_comments DEFERRABLE INITIALLY DEFERRED
FOR EACH ROW EXECUTE FUNCTION step_is_written_down();
CREATE CONSTRAINT TRIGGER step_is_written_down AFTER INSERT ON executions DEFERRABLE INITIALLY DEFERRED
FOR EACH ROW EXECUTE FUNCTION step_is_written_down();
