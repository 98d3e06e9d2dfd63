-- What the schema language has no words for.

ALTER TABLE "workflow_runs" ADD CONSTRAINT "workflow_runs_status_known"
  CHECK (status IN ('queued', 'running', 'waiting', 'held', 'paused', 'completed', 'failed', 'cancelled', 'terminated', 'timed_out'));
ALTER TABLE "node_runs" ADD CONSTRAINT "node_runs_status_known"
  CHECK (status IN ('pending', 'queued', 'running', 'waiting', 'held', 'completed', 'failed', 'skipped', 'cancelled'));
ALTER TABLE "gates" ADD CONSTRAINT "gates_status_known" CHECK (status IN ('open', 'decided', 'closed'));

-- The projector looks for runs that are not sealed yet: few among very many.
CREATE INDEX "workflow_runs_unsealed" ON "workflow_runs" (created_at) WHERE sealed_at IS NULL;

-- A version is for ever, and so is what the audit log says.
CREATE FUNCTION heddle_refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION '% rows are never changed; add a new one', TG_TABLE_NAME USING ERRCODE = 'restrict_violation';
END;
$$;
CREATE TRIGGER "workflows_immutable" BEFORE UPDATE OR DELETE ON "workflows" FOR EACH ROW EXECUTE FUNCTION heddle_refuse_change();
CREATE TRIGGER "audit_log_append_only" BEFORE UPDATE OR DELETE ON "audit_log" FOR EACH ROW EXECUTE FUNCTION heddle_refuse_change();
