import { Page } from '../../ui/index.js';

export function Inbox() {
  return <Page title="Inbox">{null}</Page>;
}
