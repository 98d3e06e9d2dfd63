import { useNavigate } from '@tanstack/react-router';
import { type ReactNode, useState } from 'react';
import { signOut, useBecome } from '../features/session/session.js';
import { dropDrafts, keptCases, unsavedDrafts } from '../lib/kept-drafts.js';
import { Confirm, toast } from '../ui/index.js';

/** Signs out, and leaves no draft, no test case and nothing that was loaded. False: the session is still there, whatever would be forgotten here. */
function useLeave(): () => Promise<boolean> {
  const become = useBecome();
  const navigate = useNavigate();
  return async () => {
    try {
      await signOut();
    } catch (err) {
      toast(`You are still signed in. ${(err as Error).message}`, 'bad');
      return false;
    }
    become(null);
    // Whoever signs in next begins at the beginning, and what had to be asked was asked.
    await navigate({ to: '/sign-in', search: {}, ignoreBlocker: true });
    dropDrafts(); // only now: a screen that goes keeps what was typed last
    return true;
  };
}

/** `leave` signs out at once, or asks in the dialog first when something would be lost by that. */
export function useSignOut(): { leave: () => void; dialog: ReactNode } {
  const leave = useLeave();
  const [unsaved, setUnsaved] = useState<string[]>([]);
  return {
    leave: () => {
      const found = [
        ...unsavedDrafts().map((name) => name ?? 'a new workflow'),
        ...keptCases().map((name) => `test cases of ${name}`),
      ];
      setUnsaved(found);
      if (found.length === 0) void leave();
    },
    dialog: unsaved.length > 0 && <Sure unsaved={unsaved} leave={leave} onClose={() => setUnsaved([])} />,
  };
}

interface SureProps {
  unsaved: string[];
  leave: () => Promise<boolean>;
  onClose: () => void;
}
function Sure({ unsaved, leave, onClose }: SureProps) {
  const [busy, setBusy] = useState(false);
  const go = async (): Promise<void> => {
    setBusy(true);
    if (!(await leave())) onClose();
  };
  return (
    <Confirm
      title="Sign out and lose what is not saved?"
      act="Sign out"
      back="Stay"
      busy={busy}
      onAct={() => void go()}
      onBack={onClose}
    >
      Drafts and test cases are kept in this browser alone, and signing out removes them. Not saved:{' '}
      {unsaved.join(', ')}.
    </Confirm>
  );
}
