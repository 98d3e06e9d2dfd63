import { personOf } from '../lib/person.js';

/** A subject as people read it; in full when it is pointed at. */
export const Who = ({ of, className }: { of: string; className?: string | undefined }) => (
  <span className={className} title={of}>
    {personOf(of)}
  </span>
);
