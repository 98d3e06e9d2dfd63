/** How the parser's kinds of tokens are written. */
const WRITTEN: Record<string, string> = {
  ...{ EOF: 'the end', NUMBER: 'a number', STRING: 'a text', BOOLEAN: 'true or false', NULL: 'null', BYTES: 'bytes' },
  ...{ IDENTIFIER: 'a name', PLUS: '+', MINUS: '-', MULTIPLY: '*', DIVIDE: '/', MODULO: '%', EQ: '==', NE: '!=' },
  ...{ LT: '<', LE: '<=', GT: '>', GE: '>=', AND: '&&', OR: '||', NOT: '!', IN: 'in', LPAREN: '(', RPAREN: ')' },
  ...{ LBRACKET: '[', RBRACKET: ']', LBRACE: '{', RBRACE: '}', DOT: '.', COMMA: ',', COLON: ':', QUESTION: '?' },
};
const word = (kind: string): string => WRITTEN[kind] ?? kind;

/** The parser's complaint in the words of somebody who writes an expression; what is not known stays as it is. */
export function syntaxInWords(complaint: string): string {
  const [, expected, got] = /^Expected (\w+), got (\w+)$/.exec(complaint) ?? [];
  if (expected !== undefined && got !== undefined)
    return got === 'EOF'
      ? `the expression ends where ${word(expected)} should follow`
      : `${word(expected)} should stand here, not ${word(got)}`;
  const [, unexpected] = /^Unexpected token: (\w+)$/.exec(complaint) ?? [];
  if (unexpected === undefined) return complaint;
  return unexpected === 'EOF' ? 'the expression ends too early' : `${word(unexpected)} does not fit here`;
}
