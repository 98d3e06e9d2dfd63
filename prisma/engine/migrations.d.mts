/** Applies what is missing; answers the names. Two at once: one applies, the other waits. */
export function deployMigrations(url: string): Promise<string[]>;
/** Writes the migration that leads from the migrations so far to schema.prisma; answers its name. */
export function createMigration(url: string, name: string): Promise<string>;
/** What differs between schema.prisma, the migrations and the database; no line when all agree. */
export function drift(url: string): Promise<string[]>;
