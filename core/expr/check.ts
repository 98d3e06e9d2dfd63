import type { ASTNode, Environment } from '@marcbachmann/cel-js';
import { nearest, speller } from '../spec/problems.js';
import { DELIVERY_ROOTS, type Finding, ROOTS } from './analyse.js';
import { type Expression, isExpression, readExpression } from './engine.js';
import { type Names, TypedNames } from './types.js';

export type { Finding } from './analyse.js';
export type Checked = { type: string; findings: [] } | { type: undefined; findings: Finding[] };

/** Where an expression stands: a map's body also sees `item`, whose type the list has shown, and `index`. */
export type ExpressionScope = { of: 'node' } | { of: 'item'; item?: string };

/** What the library found wrong. Its checker also throws errors without a code, of its own making: then nothing is known. */
interface CelError {
  code?: string;
  summary: string;
  node?: ASTNode;
  range?: { start: number; end: number };
}

/** Checks expressions against the types of what they read. One checker serves a whole spec: building its types is the cost. */
export class ExpressionChecker {
  private readonly names: Names;
  private readonly types: TypedNames;
  private readonly environments = new Map<string, Environment>();
  private readonly known = new Map<string, Checked>();
  private readonly spell: (key: string) => string | undefined;

  constructor(names: Names) {
    this.names = names;
    this.types = new TypedNames(names);
    this.spell = speller('body' in names ? [] : (names.allNodes ?? names.nodes.keys()));
  }

  /** `read`: the expression, for those who have read it already. */
  check(text: string, scope: ExpressionScope, read = readExpression(text)): Checked {
    const where = scope.of === 'node' ? '' : (scope.item ?? 'dyn');
    const key = `${where} ${text}`;
    const before = this.known.get(key);
    if (before) return before;
    const checked = this.checkNew(text, where, read);
    this.known.set(key, checked);
    return checked;
  }

  private checkNew(text: string, item: string, read: Expression | Finding): Checked {
    if (!isExpression(read)) return failed(read);
    const { names } = this;
    const unknown =
      'nodes' in names && read.reads.find(({ path: [root, key] }) => root === 'nodes' && !names.nodes.has(key!));
    if (unknown) return failed(this.unknownNode(unknown.path[1]!, unknown.at));
    const { valid, type, error } = this.environment(item).check(text);
    if (valid) return { type: type!, findings: [] };
    const wrong = error as unknown as CelError;
    return this.isTolerated(wrong) ? { type: 'dyn', findings: [] } : failed(this.finding(text, wrong, item));
  }

  private environment(item: string): Environment {
    const built = this.environments.get(item) ?? (item === '' ? this.types.forNodes() : this.types.forItems(item));
    this.environments.set(item, built);
    return built;
  }

  private unknownNode(key: string, start: number): Finding {
    const suggestion = this.spell(key);
    return { code: 'UNKNOWN_NAME', message: `there is no node ${key}`, start, ...(suggestion ? { suggestion } : {}) };
  }

  /**
   * What the library's checker refuses and CEL does, evaluated with what JSON has: anything may be compared with null, both branches of a
   * condition may differ, an object is a map, and a whole double is an index. Then no more is known than before.
   */
  private isTolerated({ code, summary }: CelError): boolean {
    if (code === undefined || code === 'incompatible_ternary_branches') return true;
    if (code === 'invalid_index_type') return summary.endsWith("List index must be int, got 'double'");
    if (code === 'invalid_comprehension_range') return this.isObject(/^Expression of type '(.*?)'/.exec(summary)?.[1]);
    if (code === 'no_matching_overload')
      return this.isObject(/'size\((.*)\)'$|'(.*)\.size\(\)'$/.exec(summary)?.slice(1).join(''));
    if (code !== 'no_such_overload') return false;
    const [, left, operator, right] = /^no such overload: (.*) (==|!=|in) (.*)$/.exec(summary) ?? [];
    if (operator === 'in') return left === 'string' && this.isObject(right);
    return (
      operator !== undefined && (left === 'null' || right === 'null' || (this.isObject(left) && this.isObject(right)))
    );
  }

  private isObject(type: string | undefined): boolean {
    return type !== undefined && this.types.properties.has(type);
  }

  private finding(text: string, { code, summary, node, range }: CelError, item: string): Finding {
    const start = range?.start ?? 0;
    if (code === 'unknown_variable') {
      const word = text.slice(start, range?.end);
      const here =
        'body' in this.names
          ? DELIVERY_ROOTS
          : ROOTS.filter((root) => item !== '' || (root !== 'item' && root !== 'index'));
      const suggestion = nearest(word, here);
      const where =
        'nodes' in this.names && (word === 'item' || word === 'index')
          ? `${word} is there in a map's body only`
          : `there is no ${word} here`;
      return { code: 'UNKNOWN_NAME', message: where, start, ...(suggestion ? { suggestion } : {}) };
    }
    if (code !== 'no_such_key') return { code: 'EXPRESSION_TYPE', message: inWords(summary), start };
    const word = summary.slice('No such key: '.length);
    const fields = this.types.properties.get(holderType(node)) ?? [];
    const suggestion = nearest(word, fields);
    const named = fields.length > 0 && fields.length <= 12 ? `; there is ${fields.join(', ')}` : '';
    return {
      code: 'UNKNOWN_PROPERTY',
      message: `there is no property ${word} here${named}`,
      start: node?.op === '[]' ? node.args[1].start : start,
      ...(suggestion ? { suggestion } : {}),
    };
  }
}

/** The type that was found for what a property was read of; the library keeps it on the tree. */
function holderType(node: ASTNode | undefined): string {
  if (node?.op !== '.' && node?.op !== '[]') return '';
  return (node.args[0] as { checkedType?: { name: string } }).checkedType?.name ?? '';
}

const inWords = (summary: string): string =>
  summary
    .replace(/^no such overload: /, 'there is no ')
    .replace(/^found no matching overload for '(.*)'$/, 'there is no $1');

const failed = (...findings: Finding[]): Checked => ({ type: undefined, findings });
