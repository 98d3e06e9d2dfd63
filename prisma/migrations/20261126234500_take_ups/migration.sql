-- AlterTable
ALTER TABLE "workflow_runs" ADD COLUMN     "forked_from" TEXT,
ADD COLUMN     "forked_node" TEXT,
ADD COLUMN     "redriven" INTEGER NOT NULL DEFAULT 0;

-- CreateTable
CREATE TABLE "run_take_ups" (
    "run_id" TEXT NOT NULL,
    "n" INTEGER NOT NULL,
    "key" TEXT,
    "actor" TEXT NOT NULL,
    "reason" TEXT NOT NULL,
    "at" TIMESTAMPTZ(3) NOT NULL,
    "start" BYTEA NOT NULL,
    "before" JSONB,
    "started_at" TIMESTAMPTZ(3),

    CONSTRAINT "run_take_ups_pkey" PRIMARY KEY ("run_id","n")
);

-- CreateIndex
CREATE INDEX "run_take_ups_at_idx" ON "run_take_ups"("at");

-- AddForeignKey
ALTER TABLE "run_take_ups" ADD CONSTRAINT "run_take_ups_run_id_fkey" FOREIGN KEY ("run_id") REFERENCES "workflow_runs"("id") ON DELETE CASCADE ON UPDATE CASCADE;
