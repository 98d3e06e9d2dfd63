-- AlterTable
ALTER TABLE "webhooks" ADD COLUMN     "links" BOOLEAN NOT NULL DEFAULT false;

-- CreateTable
CREATE TABLE "people" (
    "org_id" TEXT NOT NULL,
    "subject" TEXT NOT NULL,
    "email" TEXT,
    "groups" TEXT[],
    "roles" TEXT[],
    "updated_by" TEXT NOT NULL,
    "updated_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "people_pkey" PRIMARY KEY ("org_id","subject")
);

-- CreateTable
CREATE TABLE "gate_notices" (
    "id" TEXT NOT NULL,
    "org_id" TEXT NOT NULL,
    "run_id" TEXT NOT NULL,
    "node_key" TEXT NOT NULL,
    "round" INTEGER NOT NULL,
    "kind" TEXT NOT NULL,
    "subject" TEXT NOT NULL,
    "status" TEXT NOT NULL DEFAULT 'queued',
    "attempts" INTEGER NOT NULL DEFAULT 0,
    "last_error" TEXT,
    "last_at" TIMESTAMPTZ(3),
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "gate_notices_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "gate_links" (
    "token_hash" TEXT NOT NULL,
    "org_id" TEXT NOT NULL,
    "run_id" TEXT NOT NULL,
    "node_key" TEXT NOT NULL,
    "round" INTEGER NOT NULL,
    "subject" TEXT NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "expires_at" TIMESTAMPTZ(3) NOT NULL,
    "decision" TEXT,
    "decided_at" TIMESTAMPTZ(3),

    CONSTRAINT "gate_links_pkey" PRIMARY KEY ("token_hash")
);

-- CreateIndex
CREATE INDEX "gate_notices_run_id_node_key_idx" ON "gate_notices"("run_id", "node_key");

-- CreateIndex
CREATE INDEX "gate_links_run_id_node_key_idx" ON "gate_links"("run_id", "node_key");

-- AddForeignKey
ALTER TABLE "people" ADD CONSTRAINT "people_org_id_fkey" FOREIGN KEY ("org_id") REFERENCES "orgs"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "gate_notices" ADD CONSTRAINT "gate_notices_run_id_node_key_fkey" FOREIGN KEY ("run_id", "node_key") REFERENCES "gates"("run_id", "node_key") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "gate_links" ADD CONSTRAINT "gate_links_run_id_node_key_fkey" FOREIGN KEY ("run_id", "node_key") REFERENCES "gates"("run_id", "node_key") ON DELETE CASCADE ON UPDATE CASCADE;

-- What is to be handed to Temporal: few rows, however many there were.
CREATE INDEX "gate_notices_queued_idx" ON "gate_notices" ("created_at") WHERE "status" = 'queued';
