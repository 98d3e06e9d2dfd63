import type { RunRef } from '../contract/work.js';

/** By these an operator finds runs in Temporal Web; temporal-dev.yaml registers them. */
export function attributesOf(
  run: RunRef,
  parent?: string,
): { name: string; type: 'KEYWORD' | 'INT'; value: string | number }[] {
  return [
    { name: 'HeddleOrg', type: 'KEYWORD', value: run.org },
    { name: 'HeddleWorkflow', type: 'KEYWORD', value: run.workflow },
    { name: 'HeddleVersion', type: 'INT', value: run.version },
    { name: 'HeddleStatus', type: 'KEYWORD', value: 'running' },
    ...(parent === undefined ? [] : [{ name: 'HeddleParent', type: 'KEYWORD' as const, value: parent }]),
  ];
}
