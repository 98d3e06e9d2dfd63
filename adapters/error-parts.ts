/** What an error says, by shape, not by class: those of Node and of fetch may come from another realm. */
export function partsOf(error: unknown): { name: string; message: string; code: string; cause: unknown } {
  if (typeof error !== 'object' || error === null)
    return { name: '', message: String(error), code: '', cause: undefined };
  const { name, message, code, cause } = error as {
    name?: unknown;
    message?: unknown;
    code?: unknown;
    cause?: unknown;
  };
  const text = (value: unknown) => (typeof value === 'string' ? value : '');
  return { name: text(name), message: text(message), code: text(code), cause };
}
