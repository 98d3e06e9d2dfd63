import {
  CancellationScope,
  ChildWorkflowCancellationType,
  executeChild,
  ParentClosePolicy,
  sleep,
  upsertSearchAttributes,
} from '@temporalio/workflow';
import { defineSearchAttributeKey } from '@temporalio/common';
import type { ActivityCommand, ChildCommand, Command, Fact, TaskId } from '../core/engine/facts.js';
import type { RunStart } from '../core/engine/state.js';
import type { Json } from '../core/json.js';
import { childRunId } from '../core/engine/kinds/subworkflow.js';
import { callActivity } from './call.js';
import { nodeErrorOf } from './failures.js';
import { searchAttributesOf } from './attributes.js';

/** Carries out the walk's commands on Temporal and reports what became of them as facts. */
export class Hands {
  private readonly scopes = new Map<TaskId, CancellationScope>();
  private readonly start: RunStart;
  private readonly report: (fact: Fact) => void;

  constructor(start: RunStart, report: (fact: Fact) => void) {
    this.start = start;
    this.report = report;
  }

  /** Answers the command that ends this workflow run, if there is one. */
  obey(commands: Command[]): Extract<Command, { do: 'end' | 'continue' }> | undefined {
    for (const command of commands) {
      if (command.do === 'activity') this.track(command.task, () => this.activity(command));
      else if (command.do === 'child') this.track(command.task, () => this.child(command));
      else if (command.do === 'timer') this.track(command.task, () => this.timer(command.task, command.ms));
      else if (command.do === 'cancel') this.cancel(command.task);
      else if (command.do === 'status') upsertSearchAttributes([{ key: STATUS, value: command.status }]);
      else return command;
    }
    return undefined;
  }

  private track(task: TaskId, work: () => Promise<Fact>): void {
    const scope = new CancellationScope({ cancellable: true });
    this.scopes.set(task, scope);
    const settle = (fact: Fact) => {
      if (this.scopes.get(task) !== scope) return; // withdrawn meanwhile
      this.scopes.delete(task);
      this.report(fact);
    };
    scope.run(work).then(settle, (err: unknown) => settle({ is: 'failed', task, error: nodeErrorOf(err) }));
  }

  private cancel(task: TaskId): void {
    const scope = this.scopes.get(task);
    this.scopes.delete(task);
    scope?.cancel();
  }

  private async activity({ task, activity, input, ...policy }: ActivityCommand): Promise<Fact> {
    const value = await callActivity(activity, task, input as never, policy, this.start.run.org);
    return { is: 'completed', task, value: (value ?? null) as unknown as Json };
  }

  private async timer(task: TaskId, ms: number): Promise<Fact> {
    await sleep(ms, { summary: task });
    return { is: 'fired', task };
  }

  private async child({ task, workflow, input, summary }: ChildCommand): Promise<Fact> {
    const run = workflow === 'run' ? (input as RunStart).run : this.start.run;
    const value = await executeChild(workflow, {
      workflowId: childRunId(this.start.run.id, task),
      args: [input],
      parentClosePolicy: ParentClosePolicy.REQUEST_CANCEL,
      cancellationType: ChildWorkflowCancellationType.TRY_CANCEL,
      staticSummary: summary,
      priority: { fairnessKey: this.start.run.org },
      typedSearchAttributes: searchAttributesOf(run, this.start.run.id),
    });
    return { is: 'completed', task, value: value as Json };
  }
}

const STATUS = defineSearchAttributeKey('HeddleStatus', 'KEYWORD');
