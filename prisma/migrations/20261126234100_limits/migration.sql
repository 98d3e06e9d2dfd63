-- AlterTable
ALTER TABLE "workflow_runs" ADD COLUMN     "priority" INTEGER;

-- CreateTable
CREATE TABLE "limits" (
    "org_id" TEXT NOT NULL,
    "name" TEXT NOT NULL,
    "definition" JSON NOT NULL,
    "revision" INTEGER NOT NULL DEFAULT 1,
    "updated_by" TEXT NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "updated_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "removed_at" TIMESTAMPTZ(3),

    CONSTRAINT "limits_pkey" PRIMARY KEY ("org_id","name")
);

-- AddForeignKey
ALTER TABLE "limits" ADD CONSTRAINT "limits_org_id_fkey" FOREIGN KEY ("org_id") REFERENCES "orgs"("id") ON DELETE RESTRICT ON UPDATE CASCADE;
