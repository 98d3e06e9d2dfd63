import { Page } from '../../../ui/index.js';

export function VersionDiff() {
  return <Page title="Compare versions">{null}</Page>;
}
