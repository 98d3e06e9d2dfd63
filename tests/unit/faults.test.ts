import { readdirSync, readFileSync } from 'node:fs';
import { runInNewContext } from 'node:vm';
import { schemaProblem } from '../../adapters/json-schema/validate.js';
import { FAULTS } from '../../core/fault.js';
import { compile } from '../../core/spec/compile.js';
import { type Problem, PROBLEMS, type ProblemCode } from '../../core/spec/problems.js';

const docs = new URL('../../docs/', import.meta.url);
const read = (file: string) => readFileSync(new URL(file, docs), 'utf8');

/** The sections of docs/faults.md, by their code. Its heading in lower case is the anchor that a problem's `type` links to. */
const sections = new Map(
  read('faults.md')
    .split(/^### /m)
    .slice(1)
    .map(
      (section) =>
        [
          /^\S+/.exec(section)![0],
          section
            .replace(/^\S+\s+/, '')
            .split(/^## /m)[0]!
            .trim(),
        ] as const,
    ),
);

test('docs/faults.md explains every code once, and no other', () => {
  const headings = read('faults.md').match(/^### .*/gm)!;
  expect(headings.sort()).toEqual(
    [...Object.keys(FAULTS), ...Object.keys(PROBLEMS)].map((code) => `### ${code}`).sort(),
  );
});

test.each(Object.entries(FAULTS))('%s: title, status, retry and an example', (code, { title, http, retry }) => {
  const text = sections.get(code)!;
  expect(text).toMatch(`${title}. HTTP ${http}, ${retry ? 'retried' : 'not retried'}.\n\n`);
  expect(text).toMatch(/\n\nFor instance: .{10}/);
});

/** What the page says that the compiler says, one problem a line. */
function expectedOf(section: string): Problem[] {
  const line = /^- `(\w+)` at (\d+):(\d+)(?:, pointer `([^`]*)`)?: (.*?)(?:; suggestion: `(.*)`)?$/gm;
  return [...section.matchAll(line)].map(([, code, row, column, pointer = '', message, suggestion]) => ({
    code: code as ProblemCode,
    pointer,
    line: Number(row),
    column: Number(column),
    message: message!,
    ...(suggestion === undefined ? {} : { suggestion }),
  }));
}

/** The example: a spec, or JavaScript that makes one where it would fill pages. */
function exampleOf(section: string): string {
  const [, language, text] = /```(yaml|js)\n([\s\S]*?)\n```/.exec(section)!;
  return language === 'js' ? (runInNewContext(text!) as string) : `${text}\n`;
}

test.each(Object.entries(PROBLEMS))('%s: its example yields just what the page says', (code, title) => {
  const section = sections.get(code)!;
  expect(section.startsWith(`${title}.`)).toBe(true);
  const expected = expectedOf(section);
  expect(expected.map((problem) => problem.code)).toContain(code);
  const compiled = compile(exampleOf(section), { schemaProblem });
  expect(compiled.ok ? [] : compiled.problems).toEqual(expected);
});

test('every link to a code leads to its section', () => {
  const anchors = new Set([...sections.keys()].map((code) => code.toLowerCase()));
  for (const file of readdirSync(docs).filter((name) => name.endsWith('.md')))
    for (const [link, anchor] of read(file).matchAll(/faults\.md#([\w-]+)/g))
      if (anchor !== 'problems-of-the-compiler') expect([link, anchors.has(anchor!)]).toEqual([link, true]);
});
