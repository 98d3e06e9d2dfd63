import { useNavigate, useSearch } from '@tanstack/react-router';
import { FlaskConical, Play } from 'lucide-react';
import { lazy, Suspense } from 'react';
import { Button, Dialog, Loading } from '../../../ui/index.js';
import { useMay } from '../../session/session.js';

const RunPanel = lazy(async () => ({ default: (await import('./run/index.js')).RunPanel }));
const TryPanel = lazy(async () => ({ default: (await import('./try/index.js')).TryPanel }));

const SHEETS = {
  run: { title: 'Start a run', width: 'narrow', Content: RunPanel },
  try: { title: 'Try it, without any effect', width: 'wide', Content: TryPanel },
} as const;
type Sheet = keyof typeof SHEETS;
const isSheet = (panel: string | undefined): panel is Sheet => panel !== undefined && Object.hasOwn(SHEETS, panel);

/** What is done with a spec besides editing it: each on a sheet, with an address of its own. */
export function Sheets({ name, old }: { name: string | null; old: boolean }) {
  const navigate = useNavigate();
  const { panel } = useSearch({ strict: false });
  const may = useMay('runs:start');
  const open = (sheet: Sheet | undefined): void =>
    void navigate({ to: '.', search: (before) => ({ ...before, panel: sheet }), replace: true });
  const shown = isSheet(panel) ? SHEETS[panel] : undefined;
  return (
    <>
      {!old && (
        <Button icon={<FlaskConical size={15} />} onClick={() => open('try')}>
          Try
        </Button>
      )}
      {may && name !== null && (
        <Button icon={<Play size={15} />} onClick={() => open('run')}>
          Run
        </Button>
      )}
      {shown && (
        <Dialog open onOpenChange={() => open(undefined)} title={shown.title} place="side" width={shown.width}>
          <Suspense fallback={<Loading label="Loading" />}>
            <shown.Content />
          </Suspense>
        </Dialog>
      )}
    </>
  );
}
