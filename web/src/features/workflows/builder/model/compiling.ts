import type { CompileAnswer, CompileRequest } from './compile.worker.js';
import { formatOf } from './read.js';
import { useBuilder } from './store.js';

/** After the last key; so long nobody looks at problems. */
const PAUSE_MS = 150;

/** Of a Worker, what is needed here. */
export interface Compiler {
  postMessage(request: CompileRequest): void;
  addEventListener(type: 'message', listener: (event: { data: CompileAnswer }) => void): void;
  terminate(): void;
}

const realCompiler = (): Compiler =>
  new Worker(new URL('./compile.worker.ts', import.meta.url), { type: 'module' }) as Compiler;

/**
 * Has the compiler look at the store's text whenever that changes, in a worker. One text is with it at a time, and then the newest: what was
 * typed in between is never compiled. Answers the way to stop it.
 */
export function startCompiling(make: () => Compiler = realCompiler): () => void {
  const compiler = make();
  let count = 0;
  let asked: { id: number; text: string } | undefined;
  let timer: ReturnType<typeof setTimeout> | undefined;
  let known: string | undefined;

  const ask = (): void => {
    const { text } = useBuilder.getState();
    if (asked || text === known) return;
    asked = { id: ++count, text };
    compiler.postMessage({ id: asked.id, text, format: formatOf(text) });
  };
  compiler.addEventListener('message', ({ data }) => {
    if (!asked || data.id !== asked.id) return;
    const { text } = asked;
    [asked, known] = [undefined, text];
    useBuilder.getState().compiled(text, data.ok ? { plan: data.plan } : { problems: data.problems });
    if (useBuilder.getState().text !== text) ask();
  });
  const unsubscribe = useBuilder.subscribe(({ text, compiling }, before) => {
    if (text === before.text && !(compiling && !before.compiling)) return;
    known = undefined;
    clearTimeout(timer);
    timer = setTimeout(ask, PAUSE_MS);
  });
  ask();
  return () => {
    unsubscribe();
    clearTimeout(timer);
    compiler.terminate();
  };
}
