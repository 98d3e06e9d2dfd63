// The thread in which a worker runs workflows; workflow-threads.ts is its other end. The sandbox is the SDK's; what stands around it is ours.
const { parentPort, workerData } = require('node:worker_threads');
const { coresdk } = require('@temporalio/proto');
const { globalHandlers } = require('@temporalio/worker/lib/workflow/vm-shared');
const { ReusableVMWorkflowCreator } = require('@temporalio/worker/lib/workflow/reusable-vm');

// The SDK keeps a stack trace of each promise, mapped to its source, for the query `__stack_trace`. In one generic workflow they all read
// alike; where a run stands is what its view says.
globalHandlers.setPromiseHook = () => {};

/** When the activation under way began, in seconds of the process's life, or 0; and the number of its request. The main thread looks at them. */
const underWay = workerData.underWay;

const creating = ReusableVMWorkflowCreator.create(workerData.bundle, undefined, workerData.activities, undefined);
void creating.then(() => parentPort.postMessage({ ready: true }));

parentPort.on('message', (message) => void take(message));

async function take({ request, run, create, activation }) {
  const workflows = ReusableVMWorkflowCreator.workflowByRunId;
  if (activation === undefined) return workflows.get(run)?.dispose();
  try {
    if (create) await (await creating).createWorkflow(create);
    const workflow = workflows.get(run);
    const activated = coresdk.workflow_activation.WorkflowActivation.fromObject(activation);
    underWay[1] = request;
    underWay[0] = process.uptime();
    const completing = workflow.activate(activated); // the workflow's code runs before this returns
    underWay[0] = 0;
    const completion = await completing;
    parentPort.postMessage({ request, completion, calls: withoutFunctions(await workflow.getAndResetSinkCalls()) });
  } catch (error) {
    parentPort.postMessage({ request, error: { message: error.message, stack: error.stack } });
  }
}

/** Functions can't cross threads. Calls of one activation share what they say of the workflow. */
function withoutFunctions(calls) {
  const infos = new Map();
  for (const call of calls) {
    const { now: _now, random: _random, ...unsafe } = call.workflowInfo.unsafe;
    if (!infos.has(call.workflowInfo)) infos.set(call.workflowInfo, { ...call.workflowInfo, unsafe });
    call.workflowInfo = infos.get(call.workflowInfo);
  }
  return calls;
}
