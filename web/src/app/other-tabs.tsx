import type { QueryClient } from '@tanstack/react-query';
import { create } from 'zustand';
import { askMe, type Me, meQuery } from '../features/session/session.js';
import { tellSignedOut } from '../lib/api/client.js';
import { currentSpeaker, onSpeakerChanged, speakerOfPerson } from '../lib/api/speaker.js';
import { dropDrafts } from '../lib/kept-drafts.js';
import { onTabs } from '../lib/tabs.js';
import { Button, Dialog } from '../ui/index.js';

const useNow = create<{ now: Me | undefined }>(() => ({ now: undefined }));

/**
 * All tabs of a browser have one session. When somebody else has signed in in another one, this page is loaded anew: at once when it is told or
 * looked at again, and by the reader, who may be typing, when it finds out by a refusal.
 */
export function watchTabs(client: QueryClient, reload: () => void): () => void {
  const look = async (found: (now: Me) => void): Promise<void> => {
    const now = await askMe().catch(() => undefined); // not reached: the next request tells
    const shown = client.getQueryData(meQuery.queryKey); // only now: it may have changed here meanwhile
    if (now === undefined || !shown) return;
    if (now === null) tellSignedOut();
    else if (speakerOfPerson(now) !== speakerOfPerson(shown)) found(now);
  };
  const looked = (): void => {
    if (document.visibilityState === 'visible') void look(reload);
  };
  const ends = [
    onSpeakerChanged(() => void look((now) => useNow.setState({ now }))),
    onTabs((speaker) => {
      const known = speaker === currentSpeaker() ? Promise.resolve() : look(reload);
      if (speaker === null) void known.then(dropDrafts);
    }),
  ];
  document.addEventListener('visibilitychange', looked);
  addEventListener('focus', looked);
  return () => {
    for (const end of ends) end();
    document.removeEventListener('visibilitychange', looked);
    removeEventListener('focus', looked);
  };
}

/** Whatever is done with it, the page that stands for another is loaded anew. */
export function Elsewhere({ reload = () => location.reload() }: { reload?: () => void }) {
  const now = useNow((state) => state.now);
  if (!now) return null;
  return (
    <Dialog
      open
      onOpenChange={(open) => !open && reload()}
      title={`You are signed in as ${now.name} in another tab`}
      footer={
        <Button look="primary" onClick={reload}>
          Load the page anew
        </Button>
      }
    >
      <p>In {now.org.name}. What stands here is of before, and nothing more can be done with it.</p>
    </Dialog>
  );
}
