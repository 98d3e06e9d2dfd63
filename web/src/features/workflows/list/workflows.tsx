import { Page } from '../../../ui/index.js';

export function Workflows() {
  return <Page title="Workflows">{null}</Page>;
}
