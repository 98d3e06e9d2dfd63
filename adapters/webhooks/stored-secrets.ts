import type { Vault } from './vault.js';

/** A signing secret as it lies in the database. */
export interface StoredSecret {
  locked: string;
  created_at: string;
  /** Null: until there is a newer one. */
  expires_at: string | null;
}

/** The secrets of one owner, newest first. `of` is the owner's id, to which they are bound. */
export const firstSecret = (vault: Vault, of: string, secret: string, now: Date): StoredSecret[] => [
  { locked: vault.lock(secret, of), created_at: now.toISOString(), expires_at: null },
];

/** A new secret beside the newest that there was, which is good until then. Older ones are dropped. */
export function rotatedSecrets(
  vault: Vault,
  of: string,
  before: readonly StoredSecret[],
  { secret, now, until }: { secret: string; now: Date; until: Date },
): StoredSecret[] {
  const old = before.slice(0, 1).map((each) => ({ ...each, expires_at: until.toISOString() }));
  return [...firstSecret(vault, of, secret, now), ...old];
}

/** Those that are good now. */
export const openSecrets = (vault: Vault, of: string, secrets: readonly StoredSecret[], now: Date): string[] =>
  secrets
    .filter(({ expires_at }) => expires_at === null || new Date(expires_at) > now)
    .map(({ locked }) => vault.open(locked, of));

/** What may be shown of them. */
export const shownSecrets = (secrets: readonly StoredSecret[]) =>
  secrets.map(({ created_at, expires_at }) => ({ created_at, expires_at }));
