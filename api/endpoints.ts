import { getAbout } from './about/endpoints.js';
import { getArtifact } from './artifacts/endpoints.js';
import { decodePayloads, encodePayloads } from './codec/endpoints.js';
import { delegate, listDelegations, revokeDelegation } from './delegations/endpoints.js';
import { sendEvent, sendRunEvent } from './events/endpoints.js';
import { claimGate, releaseGate } from './gates/claims.js';
import { commentOnGate, listGateComments } from './gates/comments.js';
import { decideGate } from './gates/endpoints.js';
import { countGates, listGates } from './gates/list.js';
import { getGate, getGateHistory } from './gates/show.js';
import type { Endpoint } from './http/endpoint.js';
import { getPerson, listPeople, putPerson, removePerson } from './people/endpoints.js';
import { createKey, listKeys, revokeKey } from './keys/endpoints.js';
import { deleteLimit, getLimit, listLimits, setLimit } from './limits/endpoints.js';
import { getRetention, setRetention } from './retention/endpoints.js';
import { listTriggerDeliveries } from './triggers/deliveries.js';
import {
  createTrigger,
  deleteTrigger,
  disableTrigger,
  enableTrigger,
  getTrigger,
  listTriggers,
  replaceTrigger,
  rotateTriggerSecret,
} from './triggers/endpoints.js';
import { cancelRun, terminateRun } from './runs/act.js';
import { amendRun } from './runs/amend.js';
import { getRunPlan } from './runs/plan.js';
import { migrateRuns } from './workflows/migrate.js';
import { pauseNode, pauseRun, resumeNode, resumeRun, retryNode, setOutput, skipNode } from './runs/repair.js';
import { diffTwoRuns } from './runs/diff.js';
import { countRuns, listRuns } from './runs/list.js';
import { getLogs } from './runs/logs.js';
import { getHistory, getRun, getTimeline } from './runs/read.js';
import { forkRun, redriveRun } from './runs/take-up.js';
import { getTestCase } from './runs/test-case.js';
import { getEffects } from './runs/effects.js';
import { getWhy } from './runs/why.js';
import { startInline, startRun } from './runs/start.js';
import { aliasHistory, getAlias, listAliases, removeAlias, setAlias } from './workflows/aliases.js';
import { diffVersions, diffWorkflows } from './workflows/diff.js';
import { backfillSchedule, pauseSchedule, resumeSchedule, triggerSchedule } from './schedules/act.js';
import { createSchedule, deleteSchedule, replaceSchedule } from './schedules/change.js';
import { getSchedule, listSchedules } from './schedules/read.js';
import { listWebhookDeliveries, redeliver } from './webhooks/deliveries.js';
import {
  createWebhook,
  deleteWebhook,
  disableWebhook,
  enableWebhook,
  getWebhook,
  listWebhooks,
  replaceWebhook,
  rotateWebhookSecret,
} from './webhooks/endpoints.js';
import { chooseOrg, getMe, signIn, signInWays, signOut } from './session/endpoints.js';
import { beginOidc, endOidc } from './session/oidc.js';
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
  ...[createWorkflow, validateWorkflow, testWorkflow, listWorkflows, getWorkflow, listVersions, getPlan],
  ...[diffWorkflows, diffVersions, diffTwoRuns],
  ...[listAliases, getAlias, setAlias, removeAlias, aliasHistory],
  ...[dryRunWorkflow, getTestCase],
  ...[startRun, startInline, listRuns, countRuns, getRun, getHistory, getLogs, getTimeline, getWhy, getEffects],
  ...[cancelRun, terminateRun],
  ...[pauseRun, resumeRun, pauseNode, resumeNode, retryNode, skipNode, setOutput, amendRun, migrateRuns, getRunPlan],
  ...[redriveRun, forkRun],
  ...[sendRunEvent, sendEvent],
  ...[listGates, countGates, getGate, getGateHistory, claimGate, releaseGate, commentOnGate, listGateComments],
  ...[delegate, listDelegations, revokeDelegation],
  ...[decideGate, getArtifact, listKeys, createKey, revokeKey],
  ...[listPeople, getPerson, putPerson, removePerson],
  ...[createSchedule, listSchedules, getSchedule, replaceSchedule, deleteSchedule],
  ...[pauseSchedule, resumeSchedule, triggerSchedule, backfillSchedule],
  ...[signInWays, signIn, chooseOrg, signOut, beginOidc, endOidc, getMe],
  ...[getRetention, setRetention],
  ...[listLimits, getLimit, setLimit, deleteLimit],
  ...[createTrigger, listTriggers, getTrigger, replaceTrigger, deleteTrigger],
  ...[rotateTriggerSecret, enableTrigger, disableTrigger, listTriggerDeliveries],
  ...[createWebhook, listWebhooks, getWebhook, replaceWebhook, deleteWebhook],
  ...[rotateWebhookSecret, enableWebhook, disableWebhook, listWebhookDeliveries, redeliver],
  ...[decodePayloads, encodePayloads, getAbout],
];
