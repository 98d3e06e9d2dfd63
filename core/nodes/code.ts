import { isObject, type Json } from '../json.js';

/** A function's code may hold `${ }` of its own: it is carried past evaluation, and is no template. */
export function apartFromCode(config: Json): { template: Json; code: { code?: Json } } {
  if (!isObject(config) || !('code' in config)) return { template: config, code: {} };
  const { code, ...template } = config;
  return { template, code: { code: code! } };
}
