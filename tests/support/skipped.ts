/** Says that something is not tested on this machine, and why. On the terminal itself: jest may be told to keep quiet. */
export const skipped = (why: string): void => void process.stderr.write(`\nSKIPPED: ${why}\n`);
