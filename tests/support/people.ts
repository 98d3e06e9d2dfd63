import type { Answer, E2E } from './e2e.js';

/** People of an org, each with a key of their own. */
export interface Person {
  token: string;
  /** Of the key. */
  id: string;
}

export async function person(
  heddle: E2E,
  name: string,
  groups: string[] = [],
  roles = ['approver', 'engineer'],
): Promise<Person> {
  const json = { name, roles, groups, person: `user:${name}` };
  return (await heddle.request('POST', '/api_keys', { json })).body as Person;
}

/** Asks the API as that person. */
export const as =
  (heddle: E2E, { token }: Person) =>
  (method: string, path: string, json?: unknown): Promise<Answer> =>
    heddle.request(method, path, { token, ...(json === undefined ? {} : { json }) });
