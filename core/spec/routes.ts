/** Where an alias leads: to one version, or to several, each with its share in percent. */
export interface Route {
  version: number;
  /** From 1 to 100; those of an alias sum to 100. */
  weight: number;
}

/**
 * The route of a place from 0 up to 100. By ascending version, whatever their order: a place that a growing canary has once taken stays
 * with it.
 */
export function routeAt<R extends Route>(routes: readonly R[], place: number): R {
  const ordered = routes.toSorted((a, b) => a.version - b.version);
  let upTo = 0;
  return ordered.find(({ weight }) => place < (upTo += weight)) ?? ordered.at(-1)!;
}
