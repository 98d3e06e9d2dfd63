import { useBuilder } from '../model/index.js';

/** A pause after which typing in the same field is another step of the undo. */
const PAUSE_MS = 1_500;
let last = { place: '', at: 0, past: 0 };

/** As the store's `change`, for a field: what is typed into one in one go is one step, and is said once. */
export function changeField(place: string, label: string, fn: (text: string) => string): void {
  const before = useBuilder.getState();
  const now = Date.now();
  const goesOn = last.place === place && now - last.at < PAUSE_MS && before.past.length === last.past && last.past > 0;
  if (!before.change(fn, label)) return;
  const after = useBuilder.getState();
  // The step before this one leads further back: this one is a part of it.
  if (goesOn && after.past.length > 0 && after.text !== before.text)
    useBuilder.setState({ past: before.past, said: before.said });
  last = { place, at: now, past: useBuilder.getState().past.length };
}
