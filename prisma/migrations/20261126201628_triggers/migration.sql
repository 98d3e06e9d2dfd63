-- CreateTable
CREATE TABLE "triggers" (
    "id" TEXT NOT NULL,
    "org_id" TEXT NOT NULL,
    "name" TEXT NOT NULL,
    "hook" TEXT NOT NULL,
    "definition" JSON NOT NULL,
    "secrets" JSONB NOT NULL,
    "enabled" BOOLEAN NOT NULL DEFAULT true,
    "created_by" TEXT NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "updated_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "triggers_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "trigger_receipts" (
    "trigger_id" TEXT NOT NULL,
    "delivery_id" TEXT NOT NULL,
    "run_id" TEXT NOT NULL,
    "expires_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "trigger_receipts_pkey" PRIMARY KEY ("trigger_id","delivery_id")
);

-- CreateTable
CREATE TABLE "trigger_deliveries" (
    "id" BIGSERIAL NOT NULL,
    "trigger_id" TEXT NOT NULL,
    "at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "outcome" TEXT NOT NULL,
    "status" INTEGER NOT NULL,
    "delivery_id" TEXT,
    "run_id" TEXT,
    "code" TEXT,

    CONSTRAINT "trigger_deliveries_pkey" PRIMARY KEY ("id")
);

-- CreateIndex
CREATE UNIQUE INDEX "triggers_hook_key" ON "triggers"("hook");

-- CreateIndex
CREATE INDEX "triggers_org_id_created_at_id_idx" ON "triggers"("org_id", "created_at" DESC, "id" DESC);

-- CreateIndex
CREATE UNIQUE INDEX "triggers_org_id_name_key" ON "triggers"("org_id", "name");

-- CreateIndex
CREATE INDEX "trigger_receipts_expires_at_idx" ON "trigger_receipts"("expires_at");

-- CreateIndex
CREATE INDEX "trigger_deliveries_trigger_id_id_idx" ON "trigger_deliveries"("trigger_id", "id" DESC);

-- AddForeignKey
ALTER TABLE "triggers" ADD CONSTRAINT "triggers_org_id_fkey" FOREIGN KEY ("org_id") REFERENCES "orgs"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "trigger_receipts" ADD CONSTRAINT "trigger_receipts_trigger_id_fkey" FOREIGN KEY ("trigger_id") REFERENCES "triggers"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "trigger_deliveries" ADD CONSTRAINT "trigger_deliveries_trigger_id_fkey" FOREIGN KEY ("trigger_id") REFERENCES "triggers"("id") ON DELETE CASCADE ON UPDATE CASCADE;
