import {
  type CancellationScope,
  ChildWorkflowCancellationType,
  executeChild,
  ParentClosePolicy,
  sleep,
  upsertSearchAttributes,
} from '@temporalio/workflow';
import { defineSearchAttributeKey, type Priority } from '@temporalio/common';
import type { ActivityCommand, ChildCommand, Command, Fact, TaskId } from '../core/engine/facts.js';
import { priorityOf, type RunStart } from '../core/engine/state.js';
import type { Json } from '../core/json.js';
import { childRunId } from '../core/engine/kinds/subworkflow.js';
import { callActivity, fuseRegion } from './call.js';
import { GivingBack } from './giving-back.js';
import { nodeErrorOf } from './failures.js';
import { LeanScope } from './quiet.js';
import { searchAttributesOf } from './attributes.js';

/** Carries out the walk's commands on Temporal and reports what became of them as facts. */
export class Hands {
  private readonly scopes = new Map<TaskId, CancellationScope>();
  /** Scopes of tasks that have ended by themselves: the next ones use them again. */
  private readonly idle: CancellationScope[] = [];
  private readonly start: RunStart;
  private readonly shield: LeanScope;
  /** Places of limits. */
  readonly givingBack: GivingBack;
  private readonly report: (fact: Fact) => void;

  constructor(start: RunStart, shield: LeanScope, report: (fact: Fact) => void) {
    this.start = start;
    this.shield = shield;
    this.report = report;
    this.givingBack = new GivingBack(start, shield);
  }

  /** Answers the command that ends this workflow run, if there is one. */
  obey(commands: Command[]): Extract<Command, { do: 'end' | 'continue' }> | undefined {
    for (const command of commands) {
      if (command.do === 'activity') this.track(command.task, () => this.activity(command));
      else if (command.do === 'child') this.track(command.task, () => this.child(command));
      else if (command.do === 'fuse') this.track(command.task, () => fuseRegion(command));
      else if (command.do === 'timer') this.timer(command.task, command.ms);
      else if (command.do === 'cancel' && command.wait) this.scopes.get(command.task)?.cancel();
      else if (command.do === 'cancel') this.cancel(command.task);
      else if (command.do === 'give_back') this.givingBack.put(command);
      else if (command.do === 'status') upsertSearchAttributes([{ key: STATUS, value: command.status }]);
      else return command;
    }
    return undefined;
  }

  private track(task: TaskId, work: () => Promise<unknown>, factOf: (value: unknown) => Fact = completed(task)): void {
    const scope = this.idle.pop() ?? new LeanScope({ cancellable: true, parent: this.shield });
    this.scopes.set(task, scope);
    const settle = (fact: Fact) => {
      if (this.scopes.get(task) !== scope) return; // withdrawn meanwhile
      this.scopes.delete(task);
      if (!scope.consideredCancelled) this.idle.push(scope);
      this.report(fact);
    };
    scope.run(work).then(
      (value) => settle(factOf(value)),
      (err: unknown) => settle({ is: 'failed', task, error: nodeErrorOf(err) }),
    );
  }

  private cancel(task: TaskId): void {
    const scope = this.scopes.get(task);
    this.scopes.delete(task);
    scope?.cancel();
  }

  private activity({ task, activity, input, ...policy }: ActivityCommand): Promise<unknown> {
    return callActivity(activity, task, input as never, policy, orderOf(this.start));
  }

  private timer(task: TaskId, ms: number): void {
    this.track(
      task,
      () => sleep(ms, { summary: task }),
      () => ({ is: 'fired', task }),
    );
  }

  private child({ task, workflow, input, summary, waits }: ChildCommand): Promise<unknown> {
    const run = workflow === 'run' ? (input as RunStart).run : this.start.run;
    return executeChild(workflow, {
      workflowId: childRunId(this.start.run.id, task),
      args: [input],
      parentClosePolicy: ParentClosePolicy.REQUEST_CANCEL,
      cancellationType: ChildWorkflowCancellationType[waits ? 'WAIT_CANCELLATION_COMPLETED' : 'TRY_CANCEL'],
      staticSummary: summary,
      priority: orderOf(this.start),
      typedSearchAttributes: searchAttributesOf(run, this.start.run.id),
    });
  }
}

const completed =
  (task: TaskId) =>
  (value: unknown): Fact => ({ is: 'completed', task, value: (value ?? null) as Json });

/** In which order the server hands out what this run asks for. */
function orderOf(start: RunStart): Priority {
  const priorityKey = priorityOf(start);
  return { ...(priorityKey === undefined ? {} : { priorityKey }), fairnessKey: start.run.org };
}

const STATUS = defineSearchAttributeKey('HeddleStatus', 'KEYWORD');
