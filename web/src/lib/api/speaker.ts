import { speakerOf } from '../../../../core/auth/speaker.js';

export interface Person {
  subject: string;
  org: { id: string };
}
/** As the header says it. */
export const speakerOfPerson = ({ subject, org }: Person): string => speakerOf({ subject, orgId: org.id });

/** For whom this page stands; null: for nobody. Each request says it, so that none counts as somebody else's (docs/sign-in.md). */
let speaker: string | null = null;
export const currentSpeaker = (): string | null => speaker;
export function standFor(who: Person | null): void {
  speaker = who && speakerOfPerson(who);
}

/** Called when the session seems to speak for somebody else than this page stands for. */
const changed = new Set<() => void>();
export const onSpeakerChanged = (listener: () => void): (() => void) => {
  changed.add(listener);
  return () => changed.delete(listener);
};
export function tellSpeakerChanged(): void {
  for (const tell of changed) tell();
}
