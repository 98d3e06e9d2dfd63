/** An expression has no value for these data. Operators may absorb it, as `||` does when its other side is true. */
export class NoValue extends Error {
  override readonly name = 'NoValue';
}

/** An evaluation has taken more steps than it may. No operator absorbs it. */
export class Exhausted extends Error {
  override readonly name = 'Exhausted';
}
