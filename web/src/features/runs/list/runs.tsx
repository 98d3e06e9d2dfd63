import { Page } from '../../../ui/index.js';

export function Runs() {
  return <Page title="Runs">{null}</Page>;
}
