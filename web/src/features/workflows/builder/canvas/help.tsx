import { Dialog } from '../../../../ui/index.js';
import css from './help.module.css';
import { SHORTCUTS } from './keys.js';

const MAC = /Mac|iP(?:hone|ad)/.test(navigator.userAgent);
const shown = (keys: string): string => keys.replace('Mod', MAC ? '⌘' : 'Ctrl').replace('Shift', MAC ? '⇧' : 'Shift');

/** Everything that keys do here. */
export function Help({ onClose }: { onClose: () => void }) {
  const groups = [...new Set(SHORTCUTS.map(({ group }) => group))];
  return (
    <Dialog
      open
      onOpenChange={(open) => !open && onClose()}
      title="Keys"
      description="On the canvas. All that the mouse does can be done with them."
      width="wide"
    >
      <div className={css.groups}>
        {groups.map((group) => (
          <section key={group}>
            <h3>{group}</h3>
            <dl>
              {SHORTCUTS.filter((each) => each.group === group).map(({ keys, says }) => (
                <div key={says} className={css.row}>
                  <dt>{says}</dt>
                  <dd>
                    {keys.map((each) => (
                      <kbd key={each}>{shown(each)}</kbd>
                    ))}
                  </dd>
                </div>
              ))}
            </dl>
          </section>
        ))}
      </div>
      <p className={css.mouse}>
        With the mouse: drag from a node’s lower dot to another node, or to an empty place for a new one. Hold Shift and
        drag to select with a box; hold Ctrl to select one more.
      </p>
    </Dialog>
  );
}
