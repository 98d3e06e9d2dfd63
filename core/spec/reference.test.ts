import fc from 'fast-check';
import { ALIAS, aliasIn, NAME_OR_ALIAS, parseReference, WORKFLOW_NAME } from './reference.js';

const id = `wf_${'0a'.repeat(16)}`;

test.each([
  [id, { kind: 'id', id }],
  ['flow', { kind: 'newest', name: 'flow' }],
  ['wf_report', { kind: 'newest', name: 'wf_report' }],
  ['flow@3', { kind: 'version', name: 'flow', version: 3 }],
  ['flow@2147483647', { kind: 'version', name: 'flow', version: 2_147_483_647 }],
  ['flow@stable', { kind: 'alias', name: 'flow', alias: 'stable' }],
  // Nobody has these: no alias is called so.
  ['flow@2147483648', { kind: 'alias', name: 'flow', alias: '2147483648' }],
  ['flow@0', { kind: 'alias', name: 'flow', alias: '0' }],
  ['flow@', { kind: 'alias', name: 'flow', alias: '' }],
  ['flow@a@b', { kind: 'alias', name: 'flow', alias: 'a@b' }],
  [`${id}@stable`, { kind: 'alias', name: id, alias: 'stable' }],
])('%s', (text, expected) => expect(parseReference(text)).toEqual(expected));

test('what a name and an alias are made of reads back as they were', () => {
  const name = fc.stringMatching(WORKFLOW_NAME);
  fc.assert(
    fc.property(name, fc.stringMatching(ALIAS), fc.integer({ min: 1, max: 2 ** 31 - 1 }), (of, alias, version) => {
      expect(parseReference(`${of}@${alias}`)).toEqual({ kind: 'alias', name: of, alias });
      expect(parseReference(`${of}@${version}`)).toEqual({ kind: 'version', name: of, version });
      expect([aliasIn(`${of}@${alias}`), aliasIn(`${of}@${version}`), aliasIn(of)]).toEqual([
        alias,
        undefined,
        undefined,
      ]);
    }),
  );
});

test.each(['flow', 'flow@stable', '0-a@b'])('a spec may name %s', (text) => expect(text).toMatch(NAME_OR_ALIAS));
test.each(['flow@3', 'flow@', '@stable', 'flow@Stable', 'flow@a@b', 'flow @a'])('a spec may not name %s', (text) =>
  expect(text).not.toMatch(NAME_OR_ALIAS),
);
