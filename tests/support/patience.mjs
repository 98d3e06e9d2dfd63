// Component tests wait for what they expect as long as it takes on a busy machine: a test's own timeout bounds it, not a second of the clock.
import { configure } from '@testing-library/react';

configure({ asyncUtilTimeout: 60_000 });
