import { writeFileSync } from 'node:fs';
import path from 'node:path';
import type { Command } from 'commander';
import { stringify } from 'yaml';
import type { z } from 'zod';
import type { recordedCase } from '../../core/contract/tests.js';
import { isObject, type JsonObject } from '../../core/json.js';
import { parseSpec } from '../../core/spec/parse.js';
import type { Client } from '../client.js';
import { type ApiError, CliError, EXIT } from '../exit.js';
import { type CommonOptions, clientFor, type Io, leaf, print } from '../io.js';
import { readSpec, type SpecFile, submit } from '../spec-file.js';
import { showSpecProblems } from '../spec-problems.js';
import { drawReport, type FileReport, junit, summary } from '../test-report.js';

interface TestOptions extends CommonOptions {
  record?: string;
  junit?: string;
}

export function test(program: Command, io: Io): void {
  leaf(program, 'test [files...]', 'test specs: play the cases of test documents in skipped time, without any effect')
    .option('--junit <file>', 'write the results as JUnit XML too')
    .option('--record <run>', 'print a test document with a closed run as its case')
    .addHelpText(
      'after',
      '\nExamples:\n  heddle test workflows/*.test.yaml\n  heddle test --record run_0191 > workflows/flow.test.yaml',
    )
    .action(async (names: string[], options: TestOptions) => {
      const client = clientFor(options, io);
      if (options.record !== undefined) return await record(client, options.record, options, io);
      if (names.length === 0) throw new CliError(EXIT.invalid, 'name the test documents, such as flow.test.yaml');
      const reports: FileReport[] = [];
      for (const name of names) reports.push(await testFile(client, name, options, io));
      report(reports, options, io);
    });
}

function report(reports: FileReport[], options: TestOptions, io: Io): void {
  if (options.junit !== undefined) writeFileSync(path.resolve(io.cwd, options.junit), junit(reports));
  print(io, options, reports, () => [
    ...reports.flatMap((each) => [...drawReport(each, io.paint), '']),
    summary(reports, io.paint),
  ]);
  // Everything is said already.
  if (!reports.every(({ passed }) => passed)) throw new CliError(EXIT.failed, '');
}

async function testFile(client: Client, name: string, options: TestOptions, io: Io): Promise<FileReport> {
  const file = readSpec(name, io);
  const specs = specsOf(file, io);
  const beside = (place: string) => readSpec(path.resolve(io.cwd, path.dirname(name), place), io);
  const spec = beside(specs.workflow);
  const children = Object.fromEntries(Object.entries(specs.workflows).map(([key, place]) => [key, beside(place)]));
  const texts = Object.fromEntries(Object.entries(children).map(([key, { text }]) => [key, text]));
  const body = { spec: spec.text, workflows: texts, tests: file.text };
  const answer = await submit(
    () => client.post<Omit<FileReport, 'file'>>('/workflows/test', body),
    (error) => fileOf(error, { tests: file, spec, children }),
    options,
    io,
  );
  return { file: name, ...answer };
}

/** What the API refuses: the tests, the spec, or a sub-workflow's spec. */
function fileOf(
  { problem }: ApiError,
  { tests, spec, children }: { tests: SpecFile; spec: SpecFile; children: Record<string, SpecFile> },
): SpecFile {
  if (problem.code !== 'SPEC_INVALID') return tests;
  const { details } = problem;
  const child = isObject(details) ? details['workflow'] : undefined;
  return (typeof child === 'string' ? children[child] : undefined) ?? spec;
}

/** The specs' places, from the document's own. Without a word about it, `flow.test.yaml` tests `flow.yaml`. */
function specsOf(file: SpecFile, io: Io): { workflow: string; workflows: Record<string, string> } {
  const { parsed, problems } = parseSpec(file.text, file.name.endsWith('.json') ? 'json' : 'yaml');
  if (!parsed) {
    for (const line of showSpecProblems(problems, file, io.sayPaint)) io.say(line);
    throw new CliError(EXIT.invalid, '');
  }
  const { workflow = path.basename(file.name).replace(/\.test(\.\w+)$/, '$1'), workflows = {} } = isObject(parsed.value)
    ? parsed.value
    : {};
  const isPlaces = (value: unknown): value is Record<string, string> =>
    isObject(value) && Object.values(value).every((each) => typeof each === 'string');
  // What is none is told of by the API, with its place, whatever spec it is held against.
  return {
    workflow: typeof workflow === 'string' ? workflow : path.basename(file.name),
    workflows: isPlaces(workflows) ? workflows : {},
  };
}

async function record(client: Client, run: string, options: TestOptions, io: Io): Promise<void> {
  const recorded = await client.get<z.infer<typeof recordedCase>>(
    `/workflow_runs/${encodeURIComponent(run)}/test_case`,
  );
  const document: JsonObject = { workflow: `./${recorded.workflow}.yaml`, cases: [recorded.case as JsonObject] };
  print(io, options, document, () => [stringify(document, { lineWidth: 0 }).trimEnd()]);
}
