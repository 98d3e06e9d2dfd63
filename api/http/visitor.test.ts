import { speakerOf } from '../../core/auth/speaker.js';
import { refuseAnotherSpeaker } from './visitor.js';

const ANN = { subject: 'user:ann', orgId: 'org_a' };

test.each([
  ['the same person in the same org', speakerOf(ANN), false],
  ['nobody in particular', undefined, false],
  ['another person', speakerOf({ ...ANN, subject: 'user:bob' }), true],
  ['another org', speakerOf({ ...ANN, orgId: 'org_b' }), true],
  ['what is no value of the header', 'user:ann org_a', true],
  ['an empty header', '', true],
])('a page that stands for %s', (_, said, refused) => {
  const ask = () => refuseAnotherSpeaker(said, ANN);
  if (refused) expect(ask).toThrow(expect.objectContaining({ code: 'SPEAKER_CHANGED' }));
  else expect(ask).not.toThrow();
});

test('any subject can be said in a header', () => {
  expect(speakerOf({ subject: 'user:Zoë Ørsted', orgId: 'org_a' })).toMatch(/^[\x21-\x7e]+ org_a$/);
});
