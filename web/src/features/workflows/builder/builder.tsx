import { Page } from '../../../ui/index.js';

export function Builder() {
  return <Page title="Workflow">{null}</Page>;
}

export function NewWorkflow() {
  return <Page title="New workflow">{null}</Page>;
}
