-- AlterTable
ALTER TABLE "workflow_runs" ADD COLUMN     "amendments" JSON;

-- CreateTable
CREATE TABLE "run_amendments" (
    "id" TEXT NOT NULL,
    "run_id" TEXT NOT NULL,
    "spec_text" TEXT NOT NULL,
    "plan_json" JSON NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "run_amendments_pkey" PRIMARY KEY ("id")
);

-- CreateIndex
CREATE INDEX "run_amendments_run_id_idx" ON "run_amendments"("run_id");

-- AddForeignKey
ALTER TABLE "run_amendments" ADD CONSTRAINT "run_amendments_run_id_fkey" FOREIGN KEY ("run_id") REFERENCES "workflow_runs"("id") ON DELETE CASCADE ON UPDATE CASCADE;
