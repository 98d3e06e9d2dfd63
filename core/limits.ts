/** Everything has a limit, and all of them stand here. Sizes are in bytes of JSON unless said otherwise. */

/** Values above it become artifacts before they reach a workflow (P7). */
export const INLINE_BYTES = 16 * 1024;
/**
 * What the nodes of one run may put into its workflow altogether: outputs stay in its memory, cross into the next segment, and travel to
 * whoever looks at many of them at once, in one payload of 2 MiB at most. A node of a large graph gets a smaller share.
 */
export const RUN_INLINE_BYTES = 1024 * 1024;
export const LEAST_INLINE_BYTES = 256;
/** What all outputs of a run may weigh to come along when it continues as new, also those that nothing reads any more. */
export const CARRIED_OUTPUT_BYTES = 128 * 1024;
/** Inputs of the activities that one workflow task asks for: Temporal takes 4 MiB a request. Counted in characters. */
export const TASK_BYTES = 1024 * 1024;
/** What one piece of work may load out of artifacts, counted as often as it is loaded. */
export const MAX_LOADED_BYTES = 256 * 1024 * 1024;

/** Of one Temporal run, which ends at 51,200 events or 50 MiB: from here on it asks for nothing more until it can continue as new. */
export const FULL_HISTORY_EVENTS = 20_000;
export const FULL_HISTORY_BYTES = 20 * 1024 * 1024;

/** How long a region of quick nodes may take together: meanwhile its run hears of nothing else. */
export const FUSE_MS = 200;
/** A node that takes longer was not quick: it goes on as an activity of its own. */
export const FUSE_NODE_MS = 100;
export const FUSE_NODES = 2_000;
/** Another region follows at once if this one's nodes took no more than this each: an activity of its own would cost a node about as much. */
export const FUSE_PAYS_MS = 4;
/** What a region brings back: Temporal takes 2 MiB a payload. Counted in characters. */
export const FUSE_BYTES = 512 * 1024;
/** Nodes of a region that are at work at once, in one worker. */
export const FUSE_PARALLEL = 4;

/** A map of more items is walked by a child workflow of its own. */
export const MAP_INLINE_ITEMS = 200;
/** Outputs of so many items of a large map are laid down as one artifact. */
export const MAP_PART_ITEMS = 2_000;

/** What a plan may weigh that an open run is to go on by: it travels in one message. */
export const MAX_AMENDMENT_BYTES = 1024 * 1024;
/** A map that names limits is walked in the run itself: each of its activities takes a place. */
export const MAP_LIMITED_ITEMS = 2_000;
/** Of a limit: places that are taken at once, and that are given in a time of the rate. A limiter remembers each. */
export const MAX_HELD = 10_000;
export const MAX_RATE = 10_000;
/** Of a limit's key. */
export const MAX_LIMIT_KEY_CHARS = 255;
/** Fields of a run's input that a spec may index, and how long the text of one may be: a longer one is left out. */
export const MAX_INDEXED_FIELDS = 10;
export const MAX_FIELD_CHARS = 200;
/** What the expressions of all of them may cost together: a request waits for them. */
export const MAX_INDEX_STEPS = 100_000;
/** Limits that one node may name. */
export const MAX_NODE_LIMITS = 5;
/** Places of a limit's key that are shown. */
export const MAX_SHOWN_PLACES = 100;
/** Keys of a limit that are shown. */
export const MAX_SHOWN_KEYS = 100;

/** How old a signed decision may be when its run hears of it: somebody carries it to Temporal's own tools, or no worker is up. */
export const DECISION_SIGNED_MS = 24 * 60 * 60_000;
/** An act is sent at once; the run remembers for so long which it has taken. */
export const ACT_SIGNED_MS = 60 * 60_000;
/** Clocks of API and Temporal may differ by so much. */
export const SIGNED_AHEAD_MS = 5 * 60_000;

export const MAX_SPEC_BYTES = 8 * 1024 * 1024;
/** What a compressed payload may hold: more than any plan does. Temporal takes 2 MiB of it as it travels. */
export const MAX_PAYLOAD_BYTES = 256 * 1024 * 1024;
/** What the codec endpoint answers at once. */
export const MAX_SERVED_BYTES = 64 * 1024 * 1024;
/** Ten years. */
export const MAX_WAIT_MS = 3_650 * 86_400_000;
/** Values inside one another. */
export const MAX_SPEC_DEPTH = 100;
export const MAX_NODES = 10_000;
export const MAX_EDGES = 50_000;
export const MAX_EXPRESSION_CHARS = 4_096;
export const MAX_EXPRESSION_NODES = 500;
export const MAX_EXPRESSION_DEPTH = 40;
/** Macros such as `all` and `map` inside one another. */
export const MAX_COMPREHENSION_DEPTH = 2;
/** Steps of one evaluation in a worker: some seconds at the very most. */
export const MAX_EXPRESSION_STEPS = 20_000_000;
/** Steps of one evaluation in a workflow, and of all in one workflow task. What would take more is evaluated in a worker. */
export const MAX_INLINE_STEPS = 100_000;
export const MAX_WORKFLOW_STEPS = 1_000_000;

export const MAX_PARALLEL = 500;
export const DEFAULT_PARALLEL = 50;
export const MAX_PAGE = 100;
/** Lines in one page of a run's log. */
export const MAX_LOG_PAGE = 1_000;
/** Of a comparison of two runs: places that are shown, of a node and altogether, and what a value there may weigh. */
export const MAX_NODE_CHANGES = 50;
export const MAX_RUN_CHANGES = 1_000;
export const MAX_CHANGE_BYTES = 2 * 1024;
/** How far gates are counted, and comments of one gate. */
export const MAX_GATES_COUNTED = 1_000;
export const MAX_GATE_COMMENTS = 1_000;
export const MAX_COMMENT_CHARS = 4_000;
/** How long somebody may claim a gate, unless they say for how long, and at most. */
export const CLAIM_MS = 8 * 3_600_000;
export const MAX_CLAIM_MS = 7 * 86_400_000;
/** How long a delegation may be in force. */
export const MAX_DELEGATION_MS = 366 * 86_400_000;
/** Versions that an alias may lead to at the same time. */
export const MAX_ROUTES = 10;

/** Cron expressions of a schedule, and intervals: with ten seconds at least between its fires, a second is always left for a run that is asked for. */
export const MAX_SCHEDULE_TIMES = 8;
/** Of one backfill: Temporal keeps so many waiting. */
export const MAX_BACKFILL_FIRES = 999;
/** Fires that started no run are remembered, the newest of a schedule. */
export const MAX_FAILED_FIRES = 50;

/** Lists and objects inside one another, in what a node puts out. */
export const MAX_VALUE_DEPTH = 200;

/** Cases of one test document. */
export const MAX_CASES = 1_000;
/** Steps that the cases of one request may take together, of all runs in them: some seconds of a process' time. */
export const MAX_TEST_STEPS = 200_000;

export const MAX_LOG_LINES = 1_000;
export const MAX_LOG_LINE_CHARS = 8 * 1024;
export const MAX_LOG_BYTES = 256 * 1024;

/** A session that is not used for so long is over, and what was signed in for is over after so long whatever is done with it. */
export const SESSION_IDLE_MS = 12 * 3_600_000;
export const SESSION_MS = 7 * 86_400_000;
/** What the OpenID provider said of somebody counts for so long where they are not there themselves: in what they have delegated. */
export const MEMBER_MS = 30 * 86_400_000;
/** Orgs of one session. */
export const MAX_SESSION_ORGS = 50;
/** How often one address may try to sign in. */
export const SIGN_INS_A_MINUTE = 30;
/** How long somebody may take with the OpenID provider. */
export const OIDC_FLOW_MS = 10 * 60_000;

/** Live streams that one API process serves. */
export const MAX_STREAMS = 10_000;
/** Runs that an API process follows on for a while after their last watcher left. */
export const MAX_IDLE_FOLLOWED = 50;
/** Ephemeral events of one run that are kept for watchers that read slowly. */
export const MAX_LIVE_BACKLOG = 256;
/** Of a stream's message at a time: what does not fit waits until the client has taken the part before it. */
export const STREAM_PART_BYTES = 64 * 1024;
/** What a WebSocket client may send: nothing that it sends means anything. */
export const MAX_INBOUND_BYTES = 4 * 1024;
export const MAX_INBOUND_FRAMES = 60;

/** Live events that a process keeps while the feed is slow or down; the oldest make room for newer ones. */
export const MAX_FEED_QUEUE = 10_000;
export const MAX_FEED_QUEUE_BYTES = 16 * 1024 * 1024;
/** A larger live event is dropped. */
export const MAX_LIVE_EVENT_BYTES = 1024 * 1024;

/** The body of an incoming webhook. */
export const MAX_DELIVERY_BYTES = 4 * 1024 * 1024;
/** The data of a named event as it lies in a run; the API makes artifacts of what is larger. Counted in characters. */
export const MAX_EVENT_BYTES = 4 * 1024;
export const MAX_EVENT_KEY_CHARS = 255;
export const MAX_EVENT_ID_CHARS = 255;
/** How long an event that nobody has taken is kept, and its id known, unless the spec or the sender says otherwise. */
export const EVENT_TTL_MS = 7 * 86_400_000;
/** Events that lie in a run's mailbox, and ids that it knows again: all of it crosses into each next segment. */
export const MAX_KEPT_EVENTS = 100;
export const MAX_REMEMBERED_EVENTS = 500;
/** Runs of which the answer to an event says what became of it there. */
export const MAX_TOLD_RUNS = 100;

/** Of a trigger's schema and template together. */
export const MAX_TRIGGER_BYTES = 64 * 1024;
export const MAX_TRIGGER_HEADERS = 20;
/** Of what tells a delivery from others. */
export const MAX_DEDUPE_CHARS = 255;
/** Steps of making a run's input out of a delivery, in the API's process. */
export const MAX_DELIVERY_STEPS = 1_000_000;
/** Deliveries of one trigger that are remembered for who looks; the oldest go. */
export const MAX_REMEMBERED_DELIVERIES = 500;

/** The largest number of PostgreSQL's type integer. */
export const MAX_INT = 2_147_483_647;
