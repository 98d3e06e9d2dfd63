import { CalendarClock } from 'lucide-react';
import { useState } from 'react';
import { fullTime, shortTime, useZone, type Zone } from '../../../lib/time.js';
import { inputOf, isoOf } from '../../../lib/time-input.js';
import { Button, Dialog, Field, Input, Menu } from '../../../ui/index.js';
import type { PartProps } from './filter-bar.js';
import { isPreset, PRESETS, type RunsSearch } from './filters.js';
import css from './filter-bar.module.css';

/** When the runs were accepted: a preset that moves with time, or a range in the reader's zone. */
export function TimeFilter({ search, put }: PartProps) {
  const zone = useZone();
  const [custom, setCustom] = useState(false);
  const { since, until } = search;
  const any = since === undefined && until === undefined;
  const items = [
    { label: 'Any time', checked: any, onSelect: () => put({ since: undefined, until: undefined }) },
    ...Object.entries(PRESETS).map(([id, { label }]) => ({
      label,
      checked: since === id && until === undefined,
      onSelect: () => put({ since: id, until: undefined }),
    })),
    'line' as const,
    { label: 'A range…', checked: !any && !isPreset(since), onSelect: () => setCustom(true) },
  ];
  return (
    <>
      <Menu
        align="start"
        items={items}
        trigger={
          <Button icon={<CalendarClock />} className={css.time} data-set={!any || undefined}>
            {rangeInWords(search, zone)}
          </Button>
        }
      />
      {custom && <Range search={search} zone={zone} put={put} onClose={() => setCustom(false)} />}
    </>
  );
}

export function rangeInWords({ since, until }: RunsSearch, zone: Zone, now = new Date()): string {
  if (since === undefined && until === undefined) return 'Any time';
  if (isPreset(since) && until === undefined) return PRESETS[since].label;
  const told = (at: string | undefined): string =>
    at === undefined || Number.isNaN(Date.parse(at)) ? '…' : shortTime(at, zone, now);
  return `${isPreset(since) ? PRESETS[since].label : told(since)} – ${until === undefined ? 'now' : told(until)}`;
}

function Range({ search, zone, put, onClose }: PartProps & { zone: Zone; onClose: () => void }) {
  const [from, setFrom] = useState(() => inputOf(isPreset(search.since) ? undefined : search.since, zone));
  const [to, setTo] = useState(() => inputOf(search.until, zone));
  const [since, until] = [isoOf(from, zone), isoOf(to, zone)];
  const wrong = since !== undefined && until !== undefined && since >= until;
  const apply = (): void => {
    put({ since, until });
    onClose();
  };
  return (
    <Dialog
      open
      onOpenChange={(open) => !open && onClose()}
      title="Accepted between"
      description={zone === 'utc' ? 'Times are in UTC.' : 'Times are in your zone.'}
      footer={
        <>
          <Button onClick={onClose}>Back</Button>
          <Button look="primary" disabled={wrong || (since === undefined && until === undefined)} onClick={apply}>
            Show these
          </Button>
        </>
      }
    >
      <div className={css.range}>
        <Field label="From" help={since && fullTime(since, zone)}>
          {(field) => (
            <Input {...field} type="datetime-local" value={from} onChange={({ target }) => setFrom(target.value)} />
          )}
        </Field>
        <Field label="To" help={until && fullTime(until, zone)} error={wrong ? 'It ends before it begins.' : undefined}>
          {(field) => (
            <Input {...field} type="datetime-local" value={to} onChange={({ target }) => setTo(target.value)} />
          )}
        </Field>
      </div>
    </Dialog>
  );
}
