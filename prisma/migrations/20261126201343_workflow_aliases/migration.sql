-- AlterTable
ALTER TABLE "workflow_runs" ADD COLUMN     "alias" TEXT;

-- CreateTable
CREATE TABLE "workflow_aliases" (
    "org_id" TEXT NOT NULL,
    "workflow" TEXT NOT NULL,
    "alias" TEXT NOT NULL,
    "routes" JSONB NOT NULL,
    "revision" BIGINT NOT NULL,
    "updated_by" TEXT NOT NULL,
    "updated_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "workflow_aliases_pkey" PRIMARY KEY ("org_id","workflow","alias")
);

-- CreateIndex
CREATE INDEX "audit_log_org_id_subject_id_idx" ON "audit_log"("org_id", "subject", "id");

-- AddForeignKey
ALTER TABLE "workflow_aliases" ADD CONSTRAINT "workflow_aliases_org_id_fkey" FOREIGN KEY ("org_id") REFERENCES "orgs"("id") ON DELETE RESTRICT ON UPDATE CASCADE;
