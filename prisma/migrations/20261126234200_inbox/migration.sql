-- AlterTable
ALTER TABLE "gate_addressees" ADD COLUMN     "due_key" TIMESTAMPTZ(3) NOT NULL DEFAULT '9999-12-31 23:59:59.999+00'::timestamp with time zone;

-- AlterTable
ALTER TABLE "gates" ADD COLUMN     "due_key" TIMESTAMPTZ(3) NOT NULL DEFAULT '9999-12-31 23:59:59.999+00'::timestamp with time zone,
ADD COLUMN     "workflow" TEXT NOT NULL DEFAULT '';

-- CreateTable
CREATE TABLE "gate_voters" (
    "run_id" TEXT NOT NULL,
    "node_key" TEXT NOT NULL,
    "person" TEXT NOT NULL,
    "org_id" TEXT NOT NULL,
    "opened_at" TIMESTAMPTZ(3) NOT NULL,
    "due_key" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "gate_voters_pkey" PRIMARY KEY ("run_id","node_key","person")
);

-- CreateTable
CREATE TABLE "gate_claims" (
    "id" TEXT NOT NULL,
    "run_id" TEXT NOT NULL,
    "node_key" TEXT NOT NULL,
    "org_id" TEXT NOT NULL,
    "round" INTEGER NOT NULL,
    "holder" TEXT NOT NULL,
    "claimed_at" TIMESTAMPTZ(3) NOT NULL,
    "expires_at" TIMESTAMPTZ(3) NOT NULL,
    "ended_at" TIMESTAMPTZ(3),
    "ended_by" TEXT,
    "ended" TEXT,

    CONSTRAINT "gate_claims_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "gate_comments" (
    "id" TEXT NOT NULL,
    "run_id" TEXT NOT NULL,
    "node_key" TEXT NOT NULL,
    "org_id" TEXT NOT NULL,
    "author" TEXT NOT NULL,
    "text" TEXT NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "gate_comments_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "delegations" (
    "id" TEXT NOT NULL,
    "org_id" TEXT NOT NULL,
    "giver" TEXT NOT NULL,
    "receiver" TEXT NOT NULL,
    "from_at" TIMESTAMPTZ(3) NOT NULL,
    "until_at" TIMESTAMPTZ(3) NOT NULL,
    "groups" TEXT[],
    "roles" TEXT[],
    "groups_only" BOOLEAN NOT NULL,
    "workflows" TEXT[],
    "reason" TEXT NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL,
    "revoked_at" TIMESTAMPTZ(3),
    "revoked_by" TEXT,

    CONSTRAINT "delegations_pkey" PRIMARY KEY ("id")
);

-- CreateIndex
CREATE INDEX "gate_voters_org_id_person_opened_at_run_id_node_key_idx" ON "gate_voters"("org_id", "person", "opened_at", "run_id", "node_key");

-- CreateIndex
CREATE INDEX "gate_voters_by_due" ON "gate_voters"("org_id", "person", "due_key", "run_id", "node_key");

-- CreateIndex
CREATE INDEX "gate_claims_run_id_node_key_id_idx" ON "gate_claims"("run_id", "node_key", "id");

-- CreateIndex
CREATE INDEX "gate_comments_run_id_node_key_id_idx" ON "gate_comments"("run_id", "node_key", "id");

-- CreateIndex
CREATE INDEX "delegations_org_id_giver_id_idx" ON "delegations"("org_id", "giver", "id");

-- CreateIndex
CREATE INDEX "delegations_org_id_receiver_id_idx" ON "delegations"("org_id", "receiver", "id");

-- CreateIndex
CREATE INDEX "delegations_org_id_receiver_until_at_idx" ON "delegations"("org_id", "receiver", "until_at");

-- CreateIndex
CREATE INDEX "gate_addressees_by_due" ON "gate_addressees"("org_id", "addressee", "due_key", "run_id", "node_key");

-- CreateIndex
CREATE INDEX "gates_by_due" ON "gates"("org_id", "status", "role", "due_key", "run_id", "node_key");

-- CreateIndex
CREATE INDEX "gates_by_workflow" ON "gates"("org_id", "workflow", "status", "opened_at", "run_id", "node_key");

-- AddForeignKey
ALTER TABLE "gate_voters" ADD CONSTRAINT "gate_voters_run_id_node_key_fkey" FOREIGN KEY ("run_id", "node_key") REFERENCES "gates"("run_id", "node_key") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "gate_claims" ADD CONSTRAINT "gate_claims_run_id_node_key_fkey" FOREIGN KEY ("run_id", "node_key") REFERENCES "gates"("run_id", "node_key") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "gate_comments" ADD CONSTRAINT "gate_comments_run_id_node_key_fkey" FOREIGN KEY ("run_id", "node_key") REFERENCES "gates"("run_id", "node_key") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "delegations" ADD CONSTRAINT "delegations_org_id_fkey" FOREIGN KEY ("org_id") REFERENCES "orgs"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- What the schema language has no words for.

-- A gate is claimed by one at a time.
CREATE UNIQUE INDEX "gate_claims_one" ON "gate_claims" ("run_id", "node_key") WHERE "ended_at" IS NULL;
CREATE INDEX "gate_claims_by_holder" ON "gate_claims" ("org_id", "holder", "expires_at") WHERE "ended_at" IS NULL;

-- Words of titles; the org is one of them, so that a small org does not pay for a large one.
CREATE INDEX "gates_words" ON "gates" USING gin ((array_to_tsvector(ARRAY["org_id"]) || to_tsvector('simple', "title")));

-- Of gates that are there already.
UPDATE "gates" SET "due_key" = "due_at" WHERE "due_at" IS NOT NULL;
UPDATE "gates" g SET "workflow" = w."name" FROM "workflow_runs" r JOIN "workflows" w ON w."id" = r."workflow_id" WHERE r."id" = g."run_id";
UPDATE "gate_addressees" a SET "due_key" = g."due_key" FROM "gates" g WHERE g."run_id" = a."run_id" AND g."node_key" = a."node_key";
INSERT INTO "gate_voters" ("run_id", "node_key", "person", "org_id", "opened_at", "due_key")
  SELECT "run_id", "node_key", d ->> 'actor', "org_id", "opened_at", "due_key"
  FROM "gates", jsonb_array_elements("votes" || CASE WHEN jsonb_typeof("decision") = 'object' THEN jsonb_build_array("decision") ELSE '[]' END) d
  WHERE d ->> 'actor' IS NOT NULL
  ON CONFLICT DO NOTHING;
