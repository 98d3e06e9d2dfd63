import { pointerOf } from './parse.js';
import type { Parsed } from './places.js';
import type { Problem, ProblemCode } from './problems.js';

export type Path = readonly PropertyKey[];
type Said = Pick<Problem, 'code' | 'message'> & { suggestion?: string | undefined };

/** Gathers what is wrong with a spec, each problem with its place in the text. */
export class Report {
  private readonly parsed: Parsed;
  private readonly problems: Problem[];

  constructor(parsed: Parsed, problems: readonly Problem[] = []) {
    this.parsed = parsed;
    this.problems = [...problems];
  }

  get empty(): boolean {
    return this.problems.length === 0;
  }

  add(problems: readonly Problem[]): void {
    for (const problem of problems) this.problems.push(problem);
  }

  say(code: ProblemCode, path: Path, message: string, suggestion?: string): void {
    this.put(path, this.parsed.placeOf(path), { code, message, suggestion });
  }

  /** At a character of the string at the path. */
  sayInString(path: Path, offset: number, said: Said): void {
    this.put(path, this.parsed.placeInString(path, offset), said);
  }

  /** In the order of the text, each problem once. */
  all(): Problem[] {
    const seen = new Set<string>();
    return this.problems
      .filter(({ code, line, column, pointer, message }) => {
        const key = JSON.stringify([code, line, column, pointer, message]);
        return !seen.has(key) && Boolean(seen.add(key));
      })
      .sort((a, b) => a.line - b.line || a.column - b.column);
  }

  private put(path: Path, place: { line: number; column: number }, { code, message, suggestion }: Said): void {
    this.problems.push({
      code,
      pointer: pointerOf(path),
      ...place,
      message,
      ...(suggestion === undefined ? {} : { suggestion }),
    });
  }
}
