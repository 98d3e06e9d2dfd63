import { useRouter } from '@tanstack/react-router';
import { Button, Page, ProblemPanel } from '../ui/index.js';
import { isStale } from './stale.js';

/** A screen that could not be shown. One that could not be loaded is most often of a version that the server has not any more. */
export function Failed({ error, reset }: { error: unknown; reset: () => void }) {
  const router = useRouter();
  const again = (): void => {
    reset();
    void router.invalidate();
  };
  if (isStale(error))
    return (
      <Page title="This screen could not be loaded">
        <p>Heddle was updated while the page was open, or the server can’t be reached. Load the page anew to go on.</p>
        <p>
          <Button look="primary" onClick={() => location.reload()}>
            Load anew
          </Button>
        </p>
      </Page>
    );
  return (
    <Page title="Something went wrong">
      <ProblemPanel error={error} onRetry={again} />
    </Page>
  );
}
