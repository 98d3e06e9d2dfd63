/** To whom the browser's session belongs, as its tabs tell each other: a speaker (core/auth/speaker.ts), or null for nobody. */
type Told = { speaker: string | null };

let channel: BroadcastChannel | undefined;
/** Undefined where the browser has none: tabs find it out when they are looked at. */
function open(): BroadcastChannel | undefined {
  if (typeof BroadcastChannel !== 'undefined') channel ??= new BroadcastChannel('heddle.session');
  return channel;
}

export function tellTabs(speaker: string | null): void {
  const told: Told = { speaker };
  open()?.postMessage(told);
}

/** Called with what another tab tells, until the answer is called. */
export function onTabs(listener: (speaker: string | null) => void): () => void {
  const from = open();
  const hear = ({ data }: MessageEvent<Told>): void => listener(data.speaker);
  from?.addEventListener('message', hear);
  return () => from?.removeEventListener('message', hear);
}
