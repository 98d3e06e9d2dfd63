-- What people read stands in the order in which its author wrote it: jsonb sorts the names of fields.
ALTER TABLE "gates"
  ALTER COLUMN "show_json" TYPE json USING "show_json"::json,
  ALTER COLUMN "form" TYPE json USING "form"::json,
  ALTER COLUMN "decision" TYPE json USING "decision"::json;
