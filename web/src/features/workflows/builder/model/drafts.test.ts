import { draftFor, keepDraft } from './drafts.js';

const DRAFT = {
  text: 'a',
  positions: { one: { x: 1, y: 2 } },
  base: { version: 3, hash: 'h' },
  at: '2026-01-01T00:00:00.000Z',
};
beforeEach(() => localStorage.clear());

test('a draft is kept for one workflow of one org', () => {
  expect(keepDraft('org_1', 'flow', DRAFT)).toBe(true);
  expect([draftFor('org_1', 'flow'), draftFor('org_2', 'flow'), draftFor('org_1', null)]).toEqual([
    DRAFT,
    undefined,
    undefined,
  ]);
  keepDraft('org_1', 'flow', undefined);
  expect(draftFor('org_1', 'flow')).toBeUndefined();
});

test.each(['{', '{"text":1}', 'null'])('what is no draft (%s) counts as none', (stored) => {
  localStorage.setItem('heddle.draft.org_1.flow', stored);
  expect(draftFor('org_1', 'flow')).toBeUndefined();
});

test('a browser that keeps nothing says so', () => {
  const set = Object.getOwnPropertyDescriptor(Storage.prototype, 'setItem')!;
  Object.defineProperty(Storage.prototype, 'setItem', {
    ...set,
    value: () => {
      throw new DOMException('full', 'QuotaExceededError');
    },
  });
  expect(keepDraft('org_1', 'flow', DRAFT)).toBe(false);
  Object.defineProperty(Storage.prototype, 'setItem', set);
});
