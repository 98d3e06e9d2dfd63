-- CreateTable
CREATE TABLE "schedules" (
    "id" TEXT NOT NULL,
    "org_id" TEXT NOT NULL,
    "name" TEXT NOT NULL,
    "workflow" TEXT NOT NULL,
    "version" INTEGER,
    "input_json" JSON NOT NULL,
    "metadata" JSON NOT NULL DEFAULT '{}',
    "spec" JSONB NOT NULL,
    "revision" INTEGER NOT NULL DEFAULT 1,
    "want_paused" BOOLEAN,
    "paused" BOOLEAN NOT NULL DEFAULT false,
    "note" TEXT,
    "check_at" TIMESTAMPTZ(3) NOT NULL,
    "created_by" TEXT NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "updated_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "deleted_at" TIMESTAMPTZ(3),

    CONSTRAINT "schedules_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "schedule_fires" (
    "schedule_id" TEXT NOT NULL,
    "due_at" TIMESTAMPTZ(3) NOT NULL,
    "request_id" TEXT,
    "asked" BOOLEAN NOT NULL DEFAULT false,
    "workflow" TEXT,
    "execution" TEXT,
    "run_id" TEXT,
    "error" JSONB,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "schedule_fires_pkey" PRIMARY KEY ("schedule_id","due_at")
);

-- CreateIndex
CREATE INDEX "schedules_org_id_created_at_id_idx" ON "schedules"("org_id", "created_at" DESC, "id" DESC);

-- CreateIndex
CREATE INDEX "schedules_check_at_idx" ON "schedules"("check_at");

-- CreateIndex
CREATE UNIQUE INDEX "schedule_fires_run_id_key" ON "schedule_fires"("run_id");

-- CreateIndex
CREATE INDEX "schedule_fires_schedule_id_created_at_due_at_idx" ON "schedule_fires"("schedule_id", "created_at" DESC, "due_at" DESC);

-- CreateIndex
CREATE UNIQUE INDEX "schedule_fires_schedule_id_request_id_key" ON "schedule_fires"("schedule_id", "request_id");

-- AddForeignKey
ALTER TABLE "schedules" ADD CONSTRAINT "schedules_org_id_fkey" FOREIGN KEY ("org_id") REFERENCES "orgs"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "schedule_fires" ADD CONSTRAINT "schedule_fires_run_id_fkey" FOREIGN KEY ("run_id") REFERENCES "workflow_runs"("id") ON DELETE CASCADE ON UPDATE CASCADE;
