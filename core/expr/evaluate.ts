import type { ASTNode } from '@marcbachmann/cel-js';
import { NoValue } from './errors.js';
import { FUNCTIONS, METHODS } from './functions.js';
import type { Meter } from './meter.js';
import { binary, int } from './operators.js';
import { isMap, type Key, keyOf, keysOf, lookUp, typeOf, type Value } from './values.js';

/** Names that macros bind, innermost first. */
interface Bound {
  name: string;
  value: Value;
  outer: Bound | undefined;
}

/**
 * Evaluates a syntax tree. The library's own evaluator is not used: it can't be bounded, and some of its functions depend on the host
 * (docs/decisions/0005).
 */
export function evaluateAst(ast: ASTNode, scope: Readonly<Record<string, unknown>>, meter: Meter): Value {
  return new Evaluation(scope, meter).value(ast, undefined);
}

class Evaluation {
  private readonly scope: Readonly<Record<string, unknown>>;
  private readonly meter: Meter;

  constructor(scope: Readonly<Record<string, unknown>>, meter: Meter) {
    this.scope = scope;
    this.meter = meter;
  }

  value(node: ASTNode, bound: Bound | undefined): Value {
    this.meter.spend(1);
    switch (node.op) {
      case 'value':
        return node.args as Value;
      case 'id':
        return this.named(node.args, bound);
      case '.':
        return select(this.value(node.args[0], bound), node.args[1]);
      case '[]':
        return at(this.value(node.args[0], bound), this.value(node.args[1], bound));
      case 'call':
        return node.args[0] === 'has'
          ? this.has(node.args[1][0]!, bound)
          : this.call(node.args[0], node.args[1], bound);
      case 'rcall':
        return this.method(node.args[0], node.args[1], node.args[2], bound);
      case 'list':
        return node.args.map((item) => this.value(item, bound));
      case 'map':
        return this.map(node.args, bound);
      case '?:':
        return this.bool(node.args[0], bound) ? this.value(node.args[1], bound) : this.value(node.args[2], bound);
      case '||':
        return this.either(true, node.args, bound);
      case '&&':
        return this.either(false, node.args, bound);
      case '!_':
        return !this.bool(node.args, bound);
      case '-_':
        return this.negative(node.args, bound);
      default: {
        const [left, right] = node.args as [ASTNode, ASTNode];
        return binary(node.op, this.value(left, bound), this.value(right, bound), this.meter);
      }
    }
  }

  private named(name: string, bound: Bound | undefined): Value {
    for (let each = bound; each; each = each.outer) if (each.name === name) return each.value;
    const value = Object.hasOwn(this.scope, name) ? (this.scope[name] as Value | undefined) : undefined;
    if (value === undefined) throw new NoValue(`there is no ${name} here`);
    return value;
  }

  private bool(node: ASTNode, bound: Bound | undefined): boolean {
    const value = this.value(node, bound);
    if (typeof value !== 'boolean') throw new NoValue(`expected a bool; found a ${typeOf(value)}`);
    return value;
  }

  /** `||` and `&&`: one side that decides is enough, whichever it is and whatever is wrong with the other. */
  private either(decides: boolean, [left, right]: [ASTNode, ASTNode], bound: Bound | undefined): boolean {
    const first = this.attempt(left, bound);
    if (first === decides) return decides;
    const second = this.attempt(right, bound);
    if (second === decides) return decides;
    if (first instanceof NoValue) throw first;
    if (second instanceof NoValue) throw second;
    return !decides;
  }

  private attempt(node: ASTNode, bound: Bound | undefined): boolean | NoValue {
    try {
      return this.bool(node, bound);
    } catch (err) {
      if (!(err instanceof NoValue)) throw err;
      this.meter.spend(100);
      return err;
    }
  }

  private negative(node: ASTNode, bound: Bound | undefined): Value {
    if (node.op === 'value' && typeof node.args === 'bigint') return int(-node.args);
    const value = this.value(node, bound);
    if (typeof value === 'bigint') return int(-value);
    if (typeof value === 'number') return -value;
    throw new NoValue(`there is no -${typeOf(value)}`);
  }

  private call(name: string, args: ASTNode[], bound: Bound | undefined): Value {
    const values = args.map((arg) => this.value(arg, bound));
    return given(FUNCTIONS.get(name)?.(values, this.meter), () => noSuch(name, values));
  }

  private method(name: string, receiver: ASTNode, args: ASTNode[], bound: Bound | undefined): Value {
    const [variable, ...steps] = args;
    if (variable?.op === 'id' && name === 'bind' && receiver.op === 'id' && receiver.args === 'cel')
      return this.value(steps[1]!, { name: variable.args, value: this.value(steps[0]!, bound), outer: bound });
    if (variable?.op === 'id' && isMacro(name)) {
      const elements = this.elements(this.value(receiver, bound));
      const inner = (value: Value): Bound => ({ name: variable.args, value, outer: bound });
      return this.comprehend(name, elements, steps, inner);
    }
    const values = [this.value(receiver, bound), ...args.map((arg) => this.value(arg, bound))];
    return given(METHODS.get(name)?.(values, this.meter), () => noSuch(name, values));
  }

  private elements(range: Value): Value[] {
    const elements = Array.isArray(range) ? range : isMap(range) ? keysOf(range) : undefined;
    if (!elements) throw new NoValue(`a ${typeOf(range)} can not be gone through; a list or a map can`);
    this.meter.spend(elements.length);
    return elements;
  }

  private comprehend(name: Macro, elements: Value[], steps: ASTNode[], inner: (value: Value) => Bound): Value {
    const [first, second] = steps as [ASTNode, ASTNode | undefined];
    const chosen = () => elements.filter((element) => this.bool(first, inner(element)));
    switch (name) {
      case 'all':
        return this.quantify(false, elements, first, inner);
      case 'exists':
        return this.quantify(true, elements, first, inner);
      case 'exists_one':
        return chosen().length === 1;
      case 'filter':
        return chosen();
      case 'map':
        return second
          ? elements.flatMap((element) =>
              this.bool(first, inner(element)) ? [this.value(second, inner(element))] : [],
            )
          : elements.map((element) => this.value(first, inner(element)));
    }
  }

  /** As `&&` and `||` over all elements: one that decides is enough. */
  private quantify(decides: boolean, elements: Value[], step: ASTNode, inner: (value: Value) => Bound): boolean {
    let failure: NoValue | undefined;
    for (const element of elements) {
      const holds = this.attempt(step, inner(element));
      if (holds === decides) return decides;
      if (holds instanceof NoValue) failure ??= holds;
    }
    if (failure) throw failure;
    return !decides;
  }

  private has(node: ASTNode, bound: Bound | undefined): boolean {
    if (node.op !== '.') throw new NoValue('has() takes a property, such as has(input.topic)');
    const holder = this.value(node.args[0], bound);
    if (!isMap(holder)) throw new NoValue(`a ${typeOf(holder)} has no properties`);
    return lookUp(holder, node.args[1]) !== undefined;
  }

  private map(entries: (readonly [ASTNode, ASTNode])[], bound: Bound | undefined): Map<Key, Value> {
    const map = new Map<Key, Value>();
    for (const [keyNode, valueNode] of entries) {
      const value = this.value(keyNode, bound);
      const key = keyOf(value);
      if (key === undefined) throw new NoValue(`a ${typeOf(value)} can not be the key of a map`);
      if (map.has(key)) throw new NoValue(`the key ${String(key)} stands twice in one map`);
      map.set(key, this.value(valueNode, bound));
    }
    return map;
  }
}

export const MACROS = ['all', 'exists', 'exists_one', 'filter', 'map'] as const;
export type Macro = (typeof MACROS)[number];
export const isMacro = (name: string): name is Macro => MACROS.some((macro) => macro === name);

function select(holder: Value, name: string): Value {
  if (!isMap(holder)) throw new NoValue(`a ${typeOf(holder)} has no property ${name}`);
  return given(lookUp(holder, name), () => nothingUnder(name));
}

function at(holder: Value, index: Value): Value {
  if (isMap(holder)) return given(lookUp(holder, index), () => nothingUnder(String(keyOf(index) ?? typeOf(index))));
  if (!Array.isArray(holder)) throw new NoValue(`a ${typeOf(holder)} has no index`);
  const place = keyOf(index);
  if (typeof place !== 'bigint') throw new NoValue(`the index of a list is a whole number, not a ${typeOf(index)}`);
  const item = holder[Number(place)];
  if (item === undefined) throw new NoValue(`there is no item ${place}: the list has ${holder.length}`);
  return item;
}

/** The value when there is one; null is one. */
const given = (value: Value | undefined, otherwise: () => never): Value => (value === undefined ? otherwise() : value);

function nothingUnder(name: string): never {
  throw new NoValue(`there is no property ${name}`);
}

function noSuch(name: string, values: Value[]): never {
  throw new NoValue(`there is no ${name}(${values.map(typeOf).join(', ')})`);
}
