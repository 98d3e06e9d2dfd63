-- CreateTable
CREATE TABLE "sent_events" (
    "id" BIGSERIAL NOT NULL,
    "org_id" TEXT NOT NULL,
    "name" TEXT NOT NULL,
    "key" TEXT NOT NULL,
    "event_id" TEXT NOT NULL,
    "data" JSON NOT NULL,
    "sender" TEXT NOT NULL,
    "sent_at" TIMESTAMPTZ(3) NOT NULL,
    "expires_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "sent_events_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "event_waits" (
    "run_id" TEXT NOT NULL,
    "node_key" TEXT NOT NULL,
    "round" INTEGER NOT NULL DEFAULT 0,
    "org_id" TEXT NOT NULL,
    "name" TEXT NOT NULL,
    "key" TEXT NOT NULL,
    "schema" JSON,

    CONSTRAINT "event_waits_pkey" PRIMARY KEY ("run_id","node_key")
);

-- CreateTable
CREATE TABLE "event_deliveries" (
    "event" BIGINT NOT NULL,
    "run_id" TEXT NOT NULL,
    "node_key" TEXT NOT NULL,
    "round" INTEGER NOT NULL,
    "status" TEXT NOT NULL,
    "updated_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "event_deliveries_pkey" PRIMARY KEY ("event","run_id","node_key","round")
);

-- CreateIndex
CREATE UNIQUE INDEX "sent_events_org_id_name_event_id_key" ON "sent_events"("org_id", "name", "event_id");

-- CreateIndex
CREATE INDEX "sent_events_org_id_name_key_id_idx" ON "sent_events"("org_id", "name", "key", "id");

-- CreateIndex
CREATE INDEX "sent_events_expires_at_idx" ON "sent_events"("expires_at");

-- CreateIndex
CREATE INDEX "event_waits_org_id_name_key_idx" ON "event_waits"("org_id", "name", "key");

-- CreateIndex
CREATE INDEX "event_deliveries_run_id_node_key_round_idx" ON "event_deliveries"("run_id", "node_key", "round");

-- AddForeignKey
ALTER TABLE "event_deliveries" ADD CONSTRAINT "event_deliveries_event_fkey" FOREIGN KEY ("event") REFERENCES "sent_events"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- What is on its way, for whoever delivers what nobody has yet.
CREATE INDEX "event_deliveries_due" ON "event_deliveries"("updated_at") WHERE "status" = 'due';

ALTER TABLE "event_deliveries" ADD CONSTRAINT "event_deliveries_status" CHECK ("status" IN ('due', 'delivered', 'handed', 'missed', 'unfit'));
