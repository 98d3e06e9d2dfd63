-- AlterTable
ALTER TABLE "workflows" ADD COLUMN "description" TEXT GENERATED ALWAYS AS ("plan_json" ->> 'description') STORED;
