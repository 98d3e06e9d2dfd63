import type { ArtifactValues } from '../adapters/artifacts/values.js';
import type { Amendments } from '../adapters/postgres/amendments.js';
import type { Aliases } from '../adapters/postgres/aliases.js';
import type { ApiKeys, Caller } from '../adapters/postgres/api-keys.js';
import type { Audit } from '../adapters/postgres/audit.js';
import type { Db } from '../adapters/postgres/db.js';
import type { Fires } from '../adapters/postgres/fires.js';
import type { Delegations } from '../adapters/postgres/delegations.js';
import type { GateClaims } from '../adapters/postgres/gate-claims.js';
import type { GateComments } from '../adapters/postgres/gate-comments.js';
import type { GateLinks } from '../adapters/postgres/gate-links.js';
import type { People } from '../adapters/postgres/people.js';
import type { Gates } from '../adapters/postgres/gates.js';
import type { IdempotencyKeys } from '../adapters/postgres/idempotency.js';
import type { Limits } from '../adapters/postgres/limits.js';
import type { Logs } from '../adapters/postgres/logs.js';
import type { Members } from '../adapters/postgres/members.js';
import type { Retention } from '../adapters/postgres/retention.js';
import type { TriggerDeliveries } from '../adapters/postgres/trigger-deliveries.js';
import type { Triggers } from '../adapters/postgres/triggers.js';
import type { Sessions } from '../adapters/postgres/sessions.js';
import type { Runs } from '../adapters/postgres/runs.js';
import type { Schedules } from '../adapters/postgres/schedules.js';
import type { Workflows } from '../adapters/postgres/workflows.js';
import type { EventPost } from '../adapters/event-post.js';
import type { Forks } from '../adapters/forks.js';
import type { Redrives } from '../adapters/redrives.js';
import type { SettledSchedules } from '../adapters/schedules.js';
import type { WebhookDeliveries } from '../adapters/postgres/webhook-deliveries.js';
import type { Webhooks } from '../adapters/postgres/webhooks.js';
import type { EgressGuard } from '../adapters/http/guard.js';
import type { ServedCodec } from '../adapters/temporal/served-codec.js';
import type { TemporalEngine } from '../adapters/temporal/engine.js';
import type { TemporalSchedules } from '../adapters/temporal/schedules.js';
import type { RetentionPolicy } from '../core/contract/retention.js';
import type { ArtifactStore } from '../core/events/live.js';
import type { Front } from './http/front.js';
import type { Rates } from './links/rates.js';
import type { OidcDoor } from './session/oidc.js';

export type { Caller };

/** What handlers act through; put together in main.ts. */
export interface ApiDeps {
  db: Db;
  workflows: Workflows;
  aliases: Aliases;
  runs: Runs;
  amendments: Amendments;
  gates: Gates;
  gateClaims: GateClaims;
  gateComments: GateComments;
  delegations: Delegations;
  /** Who is in an org, and as what. */
  members: Members;
  people: People;
  links: GateLinks;
  /** Whether people are told of gates by mail. */
  mail: boolean;
  logs: Logs;
  keys: ApiKeys;
  /** Of browsers. */
  sessions: Sessions;
  /** What browsers see of this API. */
  front: Front;
  /** Tries to sign in, by address. */
  signIns: Rates;
  /** Absent: people sign in with API keys alone. */
  oidc?: OidcDoor;
  idempotency: IdempotencyKeys;
  audit: Audit;
  triggers: Triggers;
  deliveries: TriggerDeliveries;
  webhooks: Webhooks;
  outgoing: WebhookDeliveries;
  /** Which addresses webhooks may name. */
  egress: Pick<EgressGuard, 'checkUrl'>;
  limits: Limits;
  retention: Retention;
  /** For orgs that say nothing of their own. */
  configuredRetention: RetentionPolicy;
  artifacts: ArtifactStore;
  /** Takes out of a run's input what is too large for its history, and puts back what was taken out. */
  values: Pick<ArtifactValues, 'externalise' | 'hydrate'>;
  engine: TemporalEngine;
  /** Brings named events to whichever runs wait. */
  events: EventPost;
  redrives: Redrives;
  forks: Forks;
  schedules: {
    rows: Schedules;
    fires: Fires;
    temporal: TemporalSchedules;
    /** Row and Temporal together. */
    settled: SettledSchedules;
  };
  /** For Temporal Web; absent when it is served to nobody. */
  codec?: ServedCodec;
  /** Where Temporal Web shows a run (core/contract/temporal-web.ts); absent when it is not known. */
  temporalRunAddress?: string;
}
