-- AlterTable
ALTER TABLE "workflow_runs" ADD COLUMN     "fields" JSONB;

-- CreateTable
CREATE TABLE "run_fields" (
    "run_id" TEXT NOT NULL,
    "org_id" TEXT NOT NULL,
    "name" TEXT NOT NULL,
    "value" TEXT NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "run_fields_pkey" PRIMARY KEY ("run_id","name")
);

-- CreateIndex
CREATE INDEX "run_fields_in_order" ON "run_fields"("org_id", "name", "value", "created_at" DESC, "run_id" DESC);

-- AddForeignKey
ALTER TABLE "run_fields" ADD CONSTRAINT "run_fields_run_id_fkey" FOREIGN KEY ("run_id") REFERENCES "workflow_runs"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- What the schema language has no words for.

-- Whichever way a run's row is written, its fields are found: by a GIN index they could be, but not in the list's order, so that a value which
-- many runs have would cost them all.
CREATE FUNCTION heddle_list_fields() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO "run_fields" ("run_id", "org_id", "name", "value", "created_at")
  SELECT NEW."id", NEW."org_id", f."key", f."value", NEW."created_at" FROM jsonb_each_text(NEW."fields") f;
  RETURN NULL;
END;
$$;
CREATE TRIGGER "workflow_runs_fields" AFTER INSERT ON "workflow_runs" FOR EACH ROW WHEN (NEW."fields" IS NOT NULL) EXECUTE FUNCTION heddle_list_fields();
