import { readFileSync } from 'node:fs';
import express, { type Express } from 'express';

/** One record of data/elements.json; data/README.md says where it comes from. */
export interface Element {
  number: number;
  symbol: string;
  name: string;
  weight: number;
  period: number;
  group: number | null;
  category: string;
  radioactive: boolean;
}

const elements = JSON.parse(readFileSync(new URL('./data/elements.json', import.meta.url), 'utf8')) as Element[];

/** So that a server left running for weeks does not grow without end. */
const MAX_REMEMBERED = 100_000;
const MAX_DELAY_MS = 60_000;

/** Open data over HTTP, and the behaviours that the examples need: slow, flaky, and counting effects. */
export function dataServer(): Express {
  const failures = new Map<string, number>();
  const effects = new Map<string, number>();
  const app = express();
  app.disable('x-powered-by');
  app.use(express.json({ limit: '1mb' }));

  app.get('/elements', (req, res) => {
    const { period, category } = req.query;
    const found = elements.filter(
      (element) =>
        (period === undefined || element.period === Number(period)) &&
        (category === undefined || element.category === category),
    );
    res.json({ total: found.length, elements: found });
  });

  app.get('/elements/:symbol', (req, res) => {
    const found = elements.find((element) => element.symbol === req.params.symbol);
    if (found) res.json(found);
    else res.status(404).json({ error: `no element has the symbol ${req.params.symbol}` });
  });

  // Fails `fails` times with 503 (default 2), then succeeds. One count per Idempotency-Key, or per id without one.
  app.all('/flaky/:id', (req, res) => {
    const key = req.get('idempotency-key') ?? req.params.id;
    const fails = Number(req.query['fails'] ?? 2);
    const seen = bump(failures, key);
    if (seen <= fails) res.status(503).json({ error: `attempt ${seen} of ${fails} that fail` });
    else res.json({ id: req.params.id, attempts: seen });
  });

  app.get('/slow', (req, res) => {
    const ms = Math.min(Number(req.query['ms'] ?? 1000) || 0, MAX_DELAY_MS);
    const timer = setTimeout(() => res.json({ waited_ms: ms }), ms);
    res.on('close', () => clearTimeout(timer));
  });

  // What a real receiver of effects does: the first request with a key acts, a repeated one only reports.
  app.post('/effects', (req, res) => {
    const key = req.get('idempotency-key');
    if (!key) {
      res.status(400).json({ error: 'Idempotency-Key is missing' });
      return;
    }
    const seen = bump(effects, key);
    res.status(seen === 1 ? 201 : 200).json({ key, seen, acted: seen === 1 });
  });

  app.get('/effects', (_req, res) => {
    res.json({ total: effects.size, effects: [...effects].map(([key, seen]) => ({ key, seen })) });
  });

  return app;
}

function bump(counts: Map<string, number>, key: string): number {
  const seen = (counts.get(key) ?? 0) + 1;
  counts.set(key, seen);
  if (counts.size > MAX_REMEMBERED) counts.delete(counts.keys().next().value!);
  return seen;
}
