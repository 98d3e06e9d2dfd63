export { EdgeForm } from './edge-form.js';
export { NodeForm } from './node-form.js';
export { WorkflowForm } from './workflow-form.js';
