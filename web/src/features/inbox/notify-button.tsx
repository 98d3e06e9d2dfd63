import { Bell, BellOff } from 'lucide-react';
import { Button, toast, Tooltip } from '../../ui/index.js';
import { turnOff, turnOn, useNotify } from './notify.js';

/** Asked for here, and nowhere else: the browser's own question comes on this click alone. */
export function NotifyButton() {
  const state = useNotify();
  if (state === 'unsupported') return null;
  const press = async (): Promise<void> => {
    if (state === 'on') return turnOff();
    const now = await turnOn();
    if (now === 'on') toast('This browser tells you of new gates, while Heddle is open in a tab.');
    else toast('The browser refuses notices from this page. Its settings for this site can allow them.', 'bad');
  };
  const text = state === 'on' ? 'No more notices of new gates' : 'Tell me of new gates';
  return (
    <Tooltip text={text}>
      <Button
        icon={state === 'on' ? <Bell /> : <BellOff />}
        aria-label={text}
        aria-pressed={state === 'on'}
        onClick={() => void press()}
      />
    </Tooltip>
  );
}
