import { ExpressionChecker, type Finding } from '../../../../../../core/expr/check.js';
import { isExpression, readExpression } from '../../../../../../core/expr/engine.js';
import { piecesOf } from '../../../../../../core/expr/template.js';
import type { JsonSchema } from '../../../../../../core/json.js';
import { unexpected } from '../../../../../../core/spec/expression-checks.js';
import type { CodeProblem } from '../../../../ui/code-editor/index.js';
import type { ExpressionScope } from './scope.js';

/** A condition is CEL as it is; in a template, CEL stands in `${ … }`. */
export type Mode = 'cel' | 'template';

export interface CheckedText {
  problems: CodeProblem[];
  /** Of the value of a whole expression; undefined where there is text around it, or something is wrong. */
  type: string | undefined;
}

/** What the compiler's own checker says of a text at its place. */
export function checkText(text: string, mode: Mode, scope: ExpressionScope): CheckedText {
  const expressions = expressionsIn(text, mode);
  if ('problem' in expressions) return { problems: [placed(text, expressions.problem)], type: undefined };
  const checked = expressions.found.map(({ expression, start }) => {
    const { findings, type } = checkOne(expression, scope);
    return { type, findings: findings.map((finding) => ({ ...finding, start: start + finding.start })) };
  });
  const findings = checked.flatMap((each) => each.findings);
  const type = expressions.whole ? checked[0]?.type : undefined;
  const wrong = type !== undefined && scope.expects ? unexpected(type, scope.expects) : undefined;
  if (wrong) findings.push({ ...wrong, start: expressions.found[0]!.start });
  return { problems: findings.map((finding) => placed(text, finding)), type };
}

type Found = { found: { expression: string; start: number }[]; whole: boolean } | { problem: Finding };

function expressionsIn(text: string, mode: Mode): Found {
  if (mode === 'cel') return { found: text.trim() === '' ? [] : [{ expression: text, start: 0 }], whole: true };
  const pieces = piecesOf(text);
  if (!pieces) return { found: [], whole: false };
  if (pieces.unclosed !== undefined)
    return {
      problem: { code: 'EXPRESSION_SYNTAX', message: 'the expression has no closing }', start: pieces.unclosed },
    };
  return { found: pieces.pieces.filter((piece) => typeof piece === 'object'), whole: pieces.whole };
}

/** A checker for just what is read: building the types of a large spec for each key that is pressed would be felt. */
function checkOne(text: string, scope: ExpressionScope): { type: string | undefined; findings: Finding[] } {
  const read = readExpression(text);
  const keys = isExpression(read)
    ? read.reads.flatMap(({ path: [root, key] }) => (root === 'nodes' && key ? [key] : []))
    : [];
  const nodes = new Map(
    keys.flatMap((key): [string, JsonSchema][] => {
      const output = scope.outputOf(key);
      return output ? [[key, output]] : [];
    }),
  );
  const checker = new ExpressionChecker({ input: scope.input, nodes, allNodes: scope.keys });
  const checked = checker.check(text, scope.item ? { of: 'item', item: celType(scope.item) } : { of: 'node' }, read);
  const findings: Finding[] = [...checked.findings];
  if (isExpression(read))
    for (const { path, at } of read.reads) {
      const [root, key] = path;
      if (root !== 'nodes' || key === undefined || scope.upstream.has(key) || !nodes.has(key)) continue;
      findings.push({ code: 'NOT_UPSTREAM', start: at, message: notYet(key, scope.reader) });
    }
  return { type: checked.type, findings };
}

const notYet = (key: string, reader: string | undefined): string =>
  key === reader ? `${key} has not run by then` : `no way leads from ${key} to here: it may not have run by then`;

/** What the checker calls a scalar; anything else is not known to it here. */
const celType = ({ type }: JsonSchema): string => (typeof type === 'string' ? SCALARS[type] : undefined) ?? 'dyn';
const SCALARS: Record<string, string> = { string: 'string', boolean: 'bool', integer: 'double', number: 'double' };

const placed = (text: string, { start, code, message, suggestion }: Finding): CodeProblem => {
  const before = text.slice(0, start).split('\n');
  return {
    ...{ line: before.length, column: before.at(-1)!.length + 1, code, message },
    ...(suggestion === undefined ? {} : { suggestion }),
  };
};

const TYPE_WORDS: Record<string, string> = {
  ...{ dyn: 'anything', double: 'number', int: 'whole number', bool: 'true or false', string: 'text', null: 'null' },
  ...{ 'google.protobuf.Timestamp': 'time', 'google.protobuf.Duration': 'duration', map: 'object' },
};
/** A type of CEL in words: `list<double>` is a list of number. */
export function typeInWords(type: string): string {
  const list = /^list<(.*)>$/.exec(type);
  if (list) return list[1] === 'dyn' ? 'list' : `list of ${typeInWords(list[1]!)}`;
  if (type.startsWith('map<')) return 'object';
  return TYPE_WORDS[type] ?? type.replace(/~\d+$/, '');
}
