import type { SpecProblem } from './exit.js';
import type { Paint } from './paint.js';

/** Shows a compiler's findings the way compilers do: the line, a caret under the place, the suggestion. */
export function showSpecProblems(
  problems: SpecProblem[],
  source: { name: string; text: string },
  paint: Paint,
): string[] {
  const lines = source.text.split(/\r?\n/);
  const gutter = String(Math.max(1, ...problems.map(({ line }) => line ?? 0))).length;
  const shown = problems.flatMap((problem) => [...showOne(problem, source.name, lines, gutter, paint), '']);
  const count = problems.length === 1 ? '1 problem' : `${problems.length} problems`;
  return [...shown, `${count} in ${source.name}`];
}

function showOne(problem: SpecProblem, name: string, lines: string[], gutter: number, paint: Paint): string[] {
  const { code, message, pointer, line, column = 1, suggestion } = problem;
  const pad = ' '.repeat(gutter);
  const bar = paint.dim('|');
  const head = `${paint.bad('error')} ${paint.bold(code)} ${message}`;
  const text = line === undefined ? undefined : lines[line - 1];
  const place = line === undefined ? name : `${name}:${line}:${column}`;
  const help = suggestion ? [`${pad} ${paint.dim('=')} did you mean ${paint.bold(suggestion)}?`] : [];
  const where = `${pad}${paint.dim('-->')} ${place}${pointer ? paint.dim(`  ${pointer}`) : ''}`;
  if (text === undefined) return [head, where, ...help];
  // Tabs stay tabs under the text, so that the caret stands below the same place at any tab width.
  const before = text.slice(0, column - 1).replace(/[^\t]/g, ' ');
  const caret = paint.bad('^'.repeat(tokenLength(text.slice(column - 1))));
  return [
    head,
    where,
    `${pad} ${bar}`,
    `${paint.dim(String(line).padStart(gutter))} ${bar} ${text}`,
    `${pad} ${bar} ${before}${caret}`,
    ...help,
  ];
}

const tokenLength = (text: string): number => /^("[^"]*"|'[^']*'|[\w.$-]+)/.exec(text)?.[0].length ?? 1;
