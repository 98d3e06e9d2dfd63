-- DropIndex
DROP INDEX "gates_org_id_status_opened_at_idx";

-- DropIndex
DROP INDEX "node_logs_run_id_at_idx";

-- DropIndex
DROP INDEX "workflow_runs_org_id_workflow_id_created_at_id_idx";

-- AlterTable
ALTER TABLE "event_archives" ADD COLUMN     "org_id" TEXT;
UPDATE "event_archives" a SET "org_id" = r."org_id" FROM "workflow_runs" r WHERE r."id" = a."run_id";
ALTER TABLE "event_archives" ALTER COLUMN "org_id" SET NOT NULL;

-- CreateTable
CREATE TABLE "log_archives" (
    "run_id" TEXT NOT NULL,
    "part" INTEGER NOT NULL,
    "org_id" TEXT NOT NULL,
    "first_at" TIMESTAMPTZ(3) NOT NULL,
    "last_at" TIMESTAMPTZ(3) NOT NULL,
    "nodes" TEXT[],
    "lines" BYTEA NOT NULL,
    "count" INTEGER NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "log_archives_pkey" PRIMARY KEY ("run_id","part")
);

-- CreateTable
CREATE TABLE "retention_policies" (
    "org_id" TEXT NOT NULL,
    "policy" JSONB NOT NULL,
    "updated_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "retention_policies_pkey" PRIMARY KEY ("org_id")
);

-- CreateIndex
CREATE INDEX "log_archives_org_id_created_at_idx" ON "log_archives"("org_id", "created_at");

-- CreateIndex
CREATE INDEX "event_archives_org_id_created_at_idx" ON "event_archives"("org_id", "created_at");

-- CreateIndex
CREATE INDEX "gates_org_id_opened_at_run_id_node_key_idx" ON "gates"("org_id", "opened_at", "run_id", "node_key");

-- CreateIndex
CREATE INDEX "gates_org_id_status_role_opened_at_run_id_node_key_idx" ON "gates"("org_id", "status", "role", "opened_at", "run_id", "node_key");

-- CreateIndex
CREATE INDEX "idempotency_keys_created_at_idx" ON "idempotency_keys"("created_at");

-- CreateIndex
-- In the order of bytes, whatever the database's language: archived lines are put in order outside of it.
CREATE INDEX "node_logs_in_order" ON "node_logs"("run_id", "at", "node_key" COLLATE "C", "attempt", "seq");

-- CreateIndex
CREATE INDEX "workflow_runs_by_starter" ON "workflow_runs"("org_id", "starter", "status", "created_at" DESC, "id" DESC);

-- CreateIndex
CREATE INDEX "workflow_runs_by_workflow" ON "workflow_runs"("workflow_id", "status", "created_at" DESC, "id" DESC);

-- CreateIndex
CREATE INDEX "workflow_runs_by_workflow_and_starter" ON "workflow_runs"("workflow_id", "starter", "status", "created_at" DESC, "id" DESC);

-- AddForeignKey
ALTER TABLE "log_archives" ADD CONSTRAINT "log_archives_run_id_fkey" FOREIGN KEY ("run_id") REFERENCES "workflow_runs"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "retention_policies" ADD CONSTRAINT "retention_policies_org_id_fkey" FOREIGN KEY ("org_id") REFERENCES "orgs"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- What the schema language has no words for.

-- Few runs have a parent.
CREATE INDEX "workflow_runs_by_parent" ON "workflow_runs" ("parent_run_id", "created_at" DESC, "id" DESC) WHERE "parent_run_id" IS NOT NULL;

-- What retention looks at first. Only sealed runs are in it, so an open run does not pay for it.
CREATE INDEX "workflow_runs_sealed" ON "workflow_runs" ("org_id", "sealed_at", "id") WHERE "sealed_at" IS NOT NULL;

-- They are compressed already: PostgreSQL need not try again.
ALTER TABLE "event_archives" ALTER COLUMN "events" SET STORAGE EXTERNAL, ALTER COLUMN "history" SET STORAGE EXTERNAL;
ALTER TABLE "log_archives" ALTER COLUMN "lines" SET STORAGE EXTERNAL;
