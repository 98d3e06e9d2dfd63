/** Exit codes, the same for every command. docs/cli.md has the table. */
export const EXIT = {
  ok: 0,
  /** It was asked for and did not come out: a failed run, a conflict. */
  failed: 1,
  /** The command line or the spec is wrong. */
  invalid: 2,
  /** No API, or it does not let us in. */
  unreachable: 3,
  notFound: 4,
  interrupted: 130,
} as const;

export type ExitCode = (typeof EXIT)[keyof typeof EXIT];

/** Ends the command with a message on stderr and a code. */
export class CliError extends Error {
  readonly exit: ExitCode;
  readonly hint: string | undefined;

  constructor(exit: ExitCode, message: string, { hint, cause }: { hint?: string; cause?: unknown } = {}) {
    super(message, { cause });
    this.exit = exit;
    this.hint = hint;
  }
}

/** RFC 9457, as the API sends it. */
export interface Problem {
  status: number;
  code?: string;
  title?: string;
  detail?: string;
  errors?: SpecProblem[];
  details?: unknown;
}

/** One thing that the compiler found in a spec. */
export interface SpecProblem {
  code: string;
  pointer: string;
  line?: number;
  column?: number;
  message: string;
  suggestion?: string;
}

/** The API's refusal. */
export class ApiError extends CliError {
  readonly problem: Problem;

  constructor(problem: Problem) {
    super(exitOf(problem.status), problem.detail ?? problem.title ?? `HTTP ${problem.status}`);
    this.problem = problem;
  }
}

function exitOf(status: number): ExitCode {
  if (status === 404) return EXIT.notFound;
  if (status === 401 || status === 403 || status >= 500) return EXIT.unreachable;
  if (status === 400 || status === 422) return EXIT.invalid;
  return EXIT.failed;
}
