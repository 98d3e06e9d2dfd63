import { jest } from '@jest/globals';
import { TextDecoder, TextEncoder } from 'node:util';
import { dropDrafts, unsavedDrafts } from '../../../../lib/kept-drafts.js';
import { draftFor, keepDraft } from './drafts.js';

const DRAFT = {
  text: 'a',
  positions: { one: { x: 1, y: 2 } },
  base: { version: 3, hash: 'h' },
  unsaved: true,
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

test('what is not saved can be told and dropped, in whatever org', () => {
  keepDraft('org_1', 'flow', DRAFT);
  keepDraft('org_2', null, DRAFT);
  keepDraft('org_2', 'a.b', { ...DRAFT, unsaved: false });
  localStorage.setItem('heddle.theme', 'dark');
  expect(new Set(unsavedDrafts())).toEqual(new Set(['flow', null]));
  dropDrafts();
  expect(Object.keys(localStorage)).toEqual(['heddle.theme']);
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

describe('what is not saved', () => {
  const TEXT = 'name: flow\n';
  const SAVED = { id: 'wf_1', name: 'flow', version: 2, hash: 'h', text: TEXT };
  let model: typeof import('./index.js');
  let stop: () => void;
  beforeAll(async () => {
    Object.assign(globalThis, { TextDecoder, TextEncoder }); // the expressions' library wants one, and jsdom has none
    model = await import('./index.js');
  });
  const store = () => model.useBuilder.getState();
  beforeEach(() => {
    jest.useFakeTimers();
    store().load({ text: TEXT, saved: SAVED });
    stop = model.startKeeping('org_1', 'flow');
  });
  afterEach(() => {
    stop();
    jest.useRealTimers();
  });

  test('is kept a moment after it was typed, and forgotten once it is saved', () => {
    store().setText(`${TEXT}# more`);
    jest.runAllTimers();
    expect(draftFor('org_1', 'flow')).toMatchObject({ text: `${TEXT}# more`, base: { version: 2 } });
    store().markSaved({ ...SAVED, version: 3, text: `${TEXT}# more` });
    jest.runAllTimers();
    expect(draftFor('org_1', 'flow')).toBeUndefined();
  });

  test('is kept at once when the page is left', () => {
    store().setText(`${TEXT}# more`);
    store().leave();
    expect(draftFor('org_1', 'flow')?.text).toBe(`${TEXT}# more`);
  });

  test('is offered the next time, and restored or thrown away', () => {
    const again = (): void => {
      stop();
      store().load({ text: TEXT, saved: SAVED });
      stop = model.startKeeping('org_1', 'flow');
    };
    keepDraft('org_1', 'flow', DRAFT);
    again();
    expect(model.useKeeping.getState().found).toEqual(DRAFT);
    model.answerDraft('org_1', 'flow', true);
    expect([store().text, store().dirty, store().positions]).toEqual(['a', true, DRAFT.positions]);
    store().undo();
    jest.runAllTimers();

    keepDraft('org_1', 'flow', DRAFT);
    again();
    model.answerDraft('org_1', 'flow', false);
    expect([store().text, draftFor('org_1', 'flow')]).toEqual([TEXT, undefined]);
  });

  /** The page is loaded anew. */
  const reload = (text = TEXT): void => {
    stop();
    store().load({ text, saved: { ...SAVED, text } });
    stop = model.startKeeping('org_1', 'flow');
  };
  const found = () => model.useKeeping.getState().found;

  test('stays when somebody goes on without an answer, and is offered again', () => {
    keepDraft('org_1', 'flow', DRAFT);
    reload();
    jest.runAllTimers();
    expect(draftFor('org_1', 'flow')).toEqual(DRAFT);
    store().setText(`${TEXT}# other`);
    jest.runAllTimers();
    expect([draftFor('org_1', 'flow')?.text, found()]).toEqual([`${TEXT}# other`, DRAFT]);
    reload();
    expect(found()?.text).toBe(`${TEXT}# other`);
    model.answerDraft('org_1', 'flow', false);
    expect(found()).toEqual(DRAFT);
    model.answerDraft('org_1', 'flow', true);
    expect([store().text, found()]).toEqual(['a', undefined]);
    jest.runAllTimers();
    expect([draftFor('org_1', 'flow')?.text, draftFor('org_1', 'flow', true)]).toEqual(['a', undefined]);
  });

  test('of another tab is not lost when this one keeps or saves its own', () => {
    store().setText(`${TEXT}# here`);
    jest.runAllTimers();
    keepDraft('org_1', 'flow', { ...DRAFT, text: 'there' });
    store().markSaved({ ...SAVED, version: 3, text: `${TEXT}# here` });
    jest.runAllTimers();
    expect(draftFor('org_1', 'flow')).toBeUndefined();
    reload(`${TEXT}# here`);
    expect(found()?.text).toBe('there');
  });

  test('is not asked about when only nodes were put elsewhere: those that are there still stand there', () => {
    const text = 'name: flow\nnodes: [{ key: one, type: wait, config: { duration: 1m } }]\n';
    const positions = { ...DRAFT.positions, gone: { x: 3, y: 4 } };
    keepDraft('org_1', 'flow', { ...DRAFT, text: TEXT, positions, unsaved: false });
    reload(text);
    expect([found(), store().positions, store().text]).toEqual([undefined, DRAFT.positions, text]);
  });
});
