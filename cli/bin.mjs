#!/usr/bin/env node
// The CLI is TypeScript like the rest; this file teaches Node to read it.
import { register } from 'tsx/esm/api';

register();
const { start } = await import('./main.ts');
await start();
