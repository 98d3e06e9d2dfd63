import { getArtifact } from './artifacts/endpoints.js';
import { decodePayloads, encodePayloads } from './codec/endpoints.js';
import { decideGate, listGates } from './gates/endpoints.js';
import type { Endpoint } from './http/endpoint.js';
import { createKey, listKeys, revokeKey } from './keys/endpoints.js';
import { getRetention, setRetention } from './retention/endpoints.js';
import { cancelRun, terminateRun } from './runs/act.js';
import { getHistory, getLogs, getRun, getTimeline, listRuns } from './runs/read.js';
import { getTestCase } from './runs/test-case.js';
import { startInline, startRun } from './runs/start.js';
import { dryRunWorkflow } from './workflows/dry-run.js';
import {
  createWorkflow,
  getPlan,
  getWorkflow,
  listVersions,
  listWorkflows,
  validateWorkflow,
} from './workflows/endpoints.js';
import { testWorkflow } from './workflows/test-spec.js';

/** Every endpoint that has a schema. The router and the OpenAPI document are made of this list. */
export const ENDPOINTS: readonly Endpoint[] = [
  ...[createWorkflow, validateWorkflow, listWorkflows, getWorkflow, listVersions, getPlan],
  ...[testWorkflow, dryRunWorkflow, getTestCase],
  ...[startRun, startInline, listRuns, getRun, getHistory, getLogs, getTimeline, cancelRun, terminateRun],
  ...[listGates, decideGate, getArtifact, listKeys, createKey, revokeKey],
  ...[getRetention, setRetention],
  ...[decodePayloads, encodePayloads],
];
