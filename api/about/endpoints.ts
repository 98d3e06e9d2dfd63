import { readFileSync } from 'node:fs';
import { z } from 'zod';
import { endpoint } from '../http/endpoint.js';

const { version } = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8')) as {
  version: string;
};

export const getAbout = endpoint({
  method: 'get',
  path: '/about',
  tag: 'about',
  summary: 'What this is, and where Temporal Web shows its runs',
  action: 'read',
  responses: {
    200: {
      description: 'About this installation',
      schema: z
        .object({
          version: z.string().describe('Of Heddle.'),
          temporal_web: z
            .object({ run_url: z.string().describe('Of a run, with `{workflow_id}` where its id goes, encoded.') })
            .nullable()
            .describe('Null: `TEMPORAL_WEB_URL` is not configured.'),
        })
        .meta({ id: 'About' }),
    },
  },
  async handle(_call, { temporalRunAddress: run_url }) {
    return { status: 200, body: { version, temporal_web: run_url === undefined ? null : { run_url } } };
  },
});
