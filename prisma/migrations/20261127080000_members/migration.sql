-- CreateTable
CREATE TABLE "members" (
    "org_id" TEXT NOT NULL,
    "subject" TEXT NOT NULL,
    "roles" TEXT[],
    "groups" TEXT[],
    "said_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "members_pkey" PRIMARY KEY ("org_id","subject")
);

-- CreateIndex
CREATE INDEX "members_subject_idx" ON "members"("subject");

-- CreateIndex
CREATE INDEX "members_said_at_idx" ON "members"("said_at");

-- AddForeignKey
ALTER TABLE "members" ADD CONSTRAINT "members_org_id_fkey" FOREIGN KEY ("org_id") REFERENCES "orgs"("id") ON DELETE RESTRICT ON UPDATE CASCADE;
