/**
 * The SDK keeps a stack trace of every promise for its query `__stack_trace`. Of one interpreter that runs all workflows they tell
 * nothing, and they were a fifth of what it costs; errors keep the place that they came from.
 */
Error.stackTraceLimit = 3;

export { limiter } from './limiter.js';
export { mail } from './mail.js';
export { map } from './map.js';
export { run } from './run.js';
export { scheduledRun as scheduled_run } from './scheduled.js';
export { webhook } from './webhook.js';
