-- AlterTable
ALTER TABLE "api_keys" ADD COLUMN     "groups" TEXT[] DEFAULT ARRAY[]::TEXT[],
ADD COLUMN     "person" TEXT;

-- AlterTable
ALTER TABLE "gates" ADD COLUMN     "due_at" TIMESTAMPTZ(3),
ADD COLUMN     "evidence" TEXT,
ADD COLUMN     "form" JSONB,
ADD COLUMN     "round" INTEGER NOT NULL DEFAULT 0,
ADD COLUMN     "votes" JSONB NOT NULL DEFAULT '[]',
ADD COLUMN     "waits_for" TEXT;

-- CreateTable
CREATE TABLE "gate_addressees" (
    "run_id" TEXT NOT NULL,
    "node_key" TEXT NOT NULL,
    "addressee" TEXT NOT NULL,
    "org_id" TEXT NOT NULL,
    "opened_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "gate_addressees_pkey" PRIMARY KEY ("run_id","node_key","addressee")
);

-- CreateIndex
CREATE INDEX "gate_addressees_org_id_addressee_opened_at_run_id_node_key_idx" ON "gate_addressees"("org_id", "addressee", "opened_at", "run_id", "node_key");

-- AddForeignKey
ALTER TABLE "gate_addressees" ADD CONSTRAINT "gate_addressees_run_id_node_key_fkey" FOREIGN KEY ("run_id", "node_key") REFERENCES "gates"("run_id", "node_key") ON DELETE CASCADE ON UPDATE CASCADE;
