import { Toast as Radix } from 'radix-ui';
import { CircleCheck, CircleAlert } from 'lucide-react';
import { create } from 'zustand';
import css from './toast.module.css';

interface Note {
  id: number;
  tone: 'good' | 'bad';
  text: string;
}
const useNotes = create<{ notes: Note[] }>(() => ({ notes: [] }));
let last = 0;

/** Says what became of an act, for a few seconds. What has to be read stands on the screen instead. */
export function toast(text: string, tone: Note['tone'] = 'good'): void {
  useNotes.setState(({ notes }) => ({ notes: [...notes.slice(-3), { id: ++last, tone, text }] }));
}
const drop = (id: number): void =>
  useNotes.setState(({ notes }) => ({ notes: notes.filter((each) => each.id !== id) }));

export function Toasts() {
  const notes = useNotes((state) => state.notes);
  return (
    <Radix.Provider swipeDirection="right" duration={5000}>
      {notes.map(({ id, text, tone }) => (
        <Radix.Root key={id} className={css.toast} data-tone={tone} onOpenChange={(open) => !open && drop(id)}>
          {tone === 'good' ? <CircleCheck size={16} aria-hidden /> : <CircleAlert size={16} aria-hidden />}
          <Radix.Description>{text}</Radix.Description>
        </Radix.Root>
      ))}
      <Radix.Viewport className={css.place} />
    </Radix.Provider>
  );
}
