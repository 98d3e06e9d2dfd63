import { type Compiled, compile } from '../../../../../../core/spec/compile.js';
import type { SpecFormat } from '../../../../../../core/spec/parse.js';

export interface CompileRequest {
  id: number;
  text: string;
  format: SpecFormat;
}
export type CompileAnswer = { id: number } & (
  | Pick<Extract<Compiled, { ok: true }>, 'ok' | 'plan'>
  | Extract<Compiled, { ok: false }>
);

self.addEventListener('message', ({ data: { id, text, format } }: MessageEvent<CompileRequest>) => {
  const compiled = compile(text, { format });
  const answer: CompileAnswer = compiled.ok ? { id, ok: true, plan: compiled.plan } : { id, ...compiled };
  self.postMessage(answer);
});
