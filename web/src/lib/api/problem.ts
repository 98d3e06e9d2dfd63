/** What the API answers when it refuses: problem details (RFC 9457) with a stable code. */
export interface ProblemDetails {
  type: string;
  title: string;
  status: number;
  detail: string;
  code: string;
  request_id?: string;
  errors?: ProblemItem[];
  details?: unknown;
}
export interface ProblemItem {
  code: string;
  /** RFC 6901, into what was sent. */
  pointer: string;
  line?: number;
  column?: number;
  message: string;
  suggestion?: string;
}

export class Problem extends Error {
  readonly details: ProblemDetails;

  constructor(details: ProblemDetails) {
    super(details.detail);
    this.name = 'Problem';
    this.details = details;
  }

  get code(): string {
    return this.details.code;
  }
  get status(): number {
    return this.details.status;
  }
}

/** Of an answer that isn't a success. What has no problem in it (a proxy's page) is told by its status. */
export function problemOf(body: unknown, { status, statusText }: Pick<Response, 'status' | 'statusText'>): Problem {
  if (typeof body === 'object' && body !== null && 'code' in body && 'detail' in body)
    return new Problem(body as unknown as ProblemDetails);
  return new Problem({
    ...{ type: 'about:blank', title: statusText || 'The request failed', status, code: 'INTERNAL' },
    detail: `The server answered ${status} without saying why.`,
  });
}

const READS = 'What is shown is read again by itself. Saving or starting something is not: try that again.';
const CHANGES = 'As far as this page knows nothing was done, and it is not tried again by itself: try again.';

/** The server could not be reached at all. A change is asked for by a method other than GET, and may itself begin by reading. */
export const unreachable = (cause: unknown, method = 'GET'): Problem =>
  Object.assign(
    new Problem({
      ...{ type: 'about:blank', title: 'The server can’t be reached', status: 0, code: 'UNREACHABLE' },
      detail: `Is it running, and are you online? ${method === 'GET' ? READS : CHANGES}`,
    }),
    { cause },
  );
