import { Page } from '../../../ui/index.js';

export function Run() {
  return <Page title="Run">{null}</Page>;
}
