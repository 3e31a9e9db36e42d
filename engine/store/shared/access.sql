-- Who may read and write which table at all. What is not granted here nobody has; what is granted, the guards look at.
REVOKE ALL ON SCHEMA driftguard FROM PUBLIC;
REVOKE ALL ON ALL TABLES IN SCHEMA driftguard FROM PUBLIC, driftguard_view, driftguard_edit, driftguard_admin;
REVOKE ALL ON ALL SEQUENCES IN SCHEMA driftguard FROM PUBLIC, driftguard_view, driftguard_edit, driftguard_admin;
REVOKE ALL ON ALL FUNCTIONS IN SCHEMA driftguard FROM PUBLIC, driftguard_view, driftguard_edit, driftguard_admin;

GRANT USAGE ON SCHEMA driftguard TO driftguard_view;
GRANT SELECT ON ALL TABLES IN SCHEMA driftguard TO driftguard_view;
GRANT USAGE ON ALL SEQUENCES IN SCHEMA driftguard TO driftguard_view;
GRANT EXECUTE ON FUNCTION moment(), role_of(name), append_audit(text, text, text, jsonb) TO driftguard_view;

-- Remarks are anybody's, and so is closing what waited too long.
GRANT INSERT (request_id, by, at, text) ON request_comments TO driftguard_view;
GRANT UPDATE (status, closed_at, closed_by) ON change_requests TO driftguard_view;

-- What scans find, what people know of it, and what they ask for.
GRANT INSERT ON scans, drift_events, recommendations, ml_predictions, correlation_context, feedback, baselines, models,
                notifications, change_requests, executions TO driftguard_edit;
GRANT UPDATE ON drift_events, recommendations, notifications, executions TO driftguard_edit;
GRANT UPDATE (plan, plan_hash, expires_at, assignee) ON change_requests TO driftguard_edit;
GRANT DELETE ON correlation_context, baselines TO driftguard_edit;

-- What is decided.
GRANT INSERT (request_id, verdict, by, role, at, plan_hash, comment, alone) ON approvals TO driftguard_admin;
GRANT UPDATE (promoted_at) ON models TO driftguard_admin;
GRANT EXECUTE ON FUNCTION grant_role(text, text), revoke_role(text), set_policy(text, integer, text, boolean)
    TO driftguard_admin;

-- Everybody sees all, and writes under their own name.
DO $$
DECLARE
    name text;
BEGIN
    FOREACH name IN ARRAY ARRAY['change_requests', 'approvals', 'request_comments', 'executions', 'audit_log',
                                'feedback', 'baselines'] LOOP
        EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY', name);
        EXECUTE format('CREATE POLICY seen ON %I FOR SELECT TO driftguard_view USING (true)', name);
    END LOOP;
END
$$;
CREATE POLICY own ON change_requests FOR INSERT TO driftguard_edit WITH CHECK (requested_by = session_user);
CREATE POLICY moved ON change_requests FOR UPDATE TO driftguard_edit USING (true);
CREATE POLICY overdue ON change_requests FOR UPDATE TO driftguard_view
    USING (expires_at <= moment()) WITH CHECK (status = 'expired');
CREATE POLICY own ON approvals FOR INSERT TO driftguard_admin WITH CHECK (by = session_user);
CREATE POLICY own ON request_comments FOR INSERT TO driftguard_view WITH CHECK (by = session_user);
CREATE POLICY own ON executions FOR INSERT TO driftguard_edit WITH CHECK (by = session_user);
CREATE POLICY noted ON executions FOR UPDATE TO driftguard_edit USING (true);
CREATE POLICY own ON feedback FOR INSERT TO driftguard_edit WITH CHECK (by = session_user);
CREATE POLICY own ON baselines FOR INSERT TO driftguard_edit WITH CHECK (accepted_by = session_user);
CREATE POLICY replaced ON baselines FOR DELETE TO driftguard_edit USING (true);
