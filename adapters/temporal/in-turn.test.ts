import { Fault } from '../../core/fault.js';
import { inTurn } from './in-turn.js';

const busy = new Fault('RUN_STATE', 'quick nodes are at work just now', { details: { busy: true } });
const refused = new Fault('NODE_STATE', 'node a is completed');

test('who is told to wait for a moment is tried again, and gets the answer of the last try', async () => {
  const answers: (Fault | string)[] = [busy, busy, 'taken'];
  const take = () => {
    const answer = answers.shift()!;
    return typeof answer === 'string' ? Promise.resolve(answer) : Promise.reject(answer);
  };
  expect(await inTurn(take)).toBe('taken');
  answers.push(busy, refused, 'never asked for');
  await expect(inTurn(take)).rejects.toBe(refused);
  expect(answers).toEqual(['never asked for']);
});
