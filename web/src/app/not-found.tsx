import { Link } from '@tanstack/react-router';
import { Compass } from 'lucide-react';
import { Empty, Page } from '../ui/index.js';

export function NotFound() {
  return (
    <Page title="Not found">
      <Empty icon={Compass} title="There is nothing here" action={<Link to="/runs">All runs</Link>}>
        The address may be mistyped, or what stood here was of another organisation.
      </Empty>
    </Page>
  );
}
