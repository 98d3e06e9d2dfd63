import { Page } from '../../../ui/index.js';

export function Compare() {
  return <Page title="Compare">{null}</Page>;
}
