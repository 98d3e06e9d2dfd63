import type { LiveFeed } from '../../core/events/live.js';
import { openPostgresFeed } from './postgres.js';
import { openRedisFeed } from './redis.js';

/** The feed that the configuration names: Redis where there is one, else the database. `say` hears in one line when it goes down or comes back. */
export const openFeed = (
  { redisUrl, databaseUrl }: { redisUrl?: string; databaseUrl: string },
  say?: (line: string) => void,
): LiveFeed => (redisUrl === undefined ? openPostgresFeed(databaseUrl, say) : openRedisFeed(redisUrl, say));
