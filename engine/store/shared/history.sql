-- What happened to each drift, moment by moment, kept by the database itself whoever records a scan.
CREATE FUNCTION keep_drift_history() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = driftguard, pg_temp
AS $$
DECLARE
    happened text := CASE WHEN TG_OP = 'INSERT' THEN 'appeared'
                          WHEN NEW.status <> OLD.status AND NEW.status = 'resolved' THEN 'resolved'
                          WHEN NEW.status <> OLD.status THEN 'returned'
                          WHEN NEW.digest <> OLD.digest THEN 'changed' END;
BEGIN
    IF happened IS NOT NULL THEN
        INSERT INTO drift_history (at, drift_id, estate, scan_id, happened, level, score, category, confidence)
        VALUES (coalesce(NEW.resolved_at, NEW.last_seen_at), NEW.id, NEW.estate, NEW.last_scan_id, happened, NEW.level,
                NEW.score, NEW.category, NEW.confidence);
    END IF;
    RETURN NULL;
END
$$;

CREATE TRIGGER keep_drift_history AFTER INSERT OR UPDATE ON drift_events
FOR EACH ROW EXECUTE FUNCTION keep_drift_history();
