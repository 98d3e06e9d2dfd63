import { Client, Connection } from '@temporalio/client';
import { mkdir } from 'node:fs/promises';
import { dataConverterOf } from '../../../adapters/temporal/codec.js';
import { startWorker } from '../process.js';
import { machineWith, number, type Report } from '../report.js';
import { startServers } from '../servers.js';
import { table } from '../table.js';
import { load } from './load.js';
import { payloads } from './payloads.js';
import type { Figure, Section, Stage } from './section.js';
import { size } from './size.js';
import { views } from './views.js';

/** By what `--only` names. */
export const SECTIONS: Record<string, Section> = { size, load, views, payloads };

export interface ScaleReport extends Pick<Report, 'at' | 'machine' | 'quick'> {
  sections: Record<string, Figure[]>;
}

interface Wish {
  folder: string;
  quick: boolean;
  names: string[];
  /** Rejects when it is to stop; everything that was started is ended then, too. */
  stopped: Promise<never>;
  say: (line: string) => void;
}

/** Each section on servers of its own, so that no one's rows and runs weigh on another. */
export async function scale({ folder, quick, names, stopped, say }: Wish): Promise<ScaleReport> {
  const sections: ScaleReport['sections'] = {};
  let temporal = 'unknown';
  for (const name of names) {
    const measure = SECTIONS[name];
    if (!measure) throw new Error(`there is no section ${name}; there are ${Object.keys(SECTIONS).join(', ')}`);
    say(`== ${name}`);
    const here = `${folder}/${name}`;
    sections[name] = await onStage({ folder: here, quick, say, stopped }, async (stage) => {
      temporal = (await stage.client.workflowService.getSystemInfo({})).serverVersion ?? temporal;
      return measure(stage);
    });
  }
  return { at: new Date().toISOString(), machine: machineWith(temporal), quick, sections };
}

async function onStage<T>(
  { folder, quick, say, stopped }: Pick<Wish, 'folder' | 'quick' | 'say' | 'stopped'>,
  work: (stage: Stage) => Promise<T>,
): Promise<T> {
  await mkdir(folder, { recursive: true });
  const servers = await startServers(folder, say);
  const connection = await Connection.connect({ address: servers.temporal.address });
  const workers: { stop(): Promise<void> }[] = [];
  const stage: Stage = {
    folder,
    servers,
    client: new Client({ connection, dataConverter: dataConverterOf() }),
    quick,
    say,
    async worker(name, env = {}) {
      const started = await startWorker(name, './heddle-worker.ts', {
        logs: folder,
        env: { ...servers.env, TEMPORAL_TASK_QUEUE: name, ...env },
      });
      workers.push(started);
      return started;
    },
  };
  try {
    return await Promise.race([work(stage), stopped]);
  } finally {
    await Promise.all(workers.map((worker) => worker.stop()));
    await connection.close();
    await servers.stop();
  }
}

export function printedScale({ machine: on, quick, sections }: ScaleReport): string {
  const rows = Object.values(sections).flatMap((figures) =>
    figures.map(({ of, what, value, unit }, i) => [figures[i - 1]?.of === of ? '' : of, what, amount(value), unit]),
  );
  return [
    `${on.cpus} × ${on.model}, ${on.memoryGiB} GiB, ${on.platform}, Node ${on.node}, Temporal server ${on.temporal}`,
    ...(quick ? ['quick: these figures are of small sizes'] : []),
    '',
    table([['', '', '', ''], ...rows]),
  ].join('\n');
}

/** Figure by figure; what only one of them has is left out. */
export function comparedScale(a: ScaleReport, b: ScaleReport): string {
  const rows = Object.entries(b.sections).flatMap(([name, figures]) =>
    figures.flatMap(({ of, what, value, unit }) => {
      const old = a.sections[name]?.find((figure) => figure.of === of && figure.what === what);
      return old ? [[of, what, `${amount(old.value)} → ${amount(value)}`, unit]] : [];
    }),
  );
  return [`${a.at} → ${b.at}`, '', table([['', '', '', ''], ...rows])].join('\n');
}

const amount = (value: number): string => number(value, Number.isInteger(value) ? 0 : value < 10 ? 2 : 1);
