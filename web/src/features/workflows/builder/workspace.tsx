import type { EditorView } from '@codemirror/view';
import { lazy, Suspense, useCallback, useEffect, useRef, useState } from 'react';
import { Loading } from '../../../ui/index.js';
import { Split } from '../../../ui/split.js';
import css from './builder.module.css';
import { Canvas } from './canvas/canvas.js';
import { focusNode } from './canvas/focus.js';
import { type PlacedProblem, startCompiling, useBuilder } from './model/index.js';
import { ProblemsPanel } from './problems-panel.js';
import { Said } from './said.js';
import { type Panel, SidePanel } from './side-panel.js';
import { forgetKept } from './use-kept.js';

const TextPane = lazy(async () => ({ default: (await import('./text-pane.js')).TextPane }));

export type Mode = 'canvas' | 'both' | 'text';

/** Canvas, form and text of one spec, and what the compiler says of it. */
export function Workspace({
  mode,
  onMode,
  panel,
  onPanel,
}: {
  mode: Mode;
  onMode: (mode: Mode) => void;
  panel: Panel | undefined;
  onPanel: (panel: Panel | undefined) => void;
}) {
  const editor = useRef<EditorView>(undefined);
  const setEditor = useCallback((made: EditorView | undefined) => {
    editor.current = made;
  }, []);
  const box = useRef<HTMLDivElement>(null);
  useEffect(() => startCompiling(), []);
  useEffect(() => forgetKept, []);
  useEffect(() => {
    // What was pressed to begin with is gone.
    if (useBuilder.getState().saved === null && mode !== 'text') focusNode(box.current);
    // oxlint-disable-next-line react-hooks/exhaustive-deps -- at the beginning
  }, []);

  const [asked, setAsked] = useState(0);
  const open = (): void => {
    onPanel('form');
    setAsked((times) => times + 1);
  };
  const close = (): void => {
    onPanel(undefined);
    focusNode(box.current);
  };
  const go = async (problem: PlacedProblem): Promise<void> => {
    const { node, edge, line, column } = problem;
    if (node !== undefined) useBuilder.getState().select({ nodes: [node] });
    else if (edge !== undefined) useBuilder.getState().select({ edges: [edge] });
    if (mode === 'canvas' && (node !== undefined || edge !== undefined)) return onPanel('form');
    onPanel(undefined); // it covers the text
    if (mode === 'canvas') onMode('both');
    const { showLine } = await import('./text-pane.js');
    // The text is shown a moment later when it was not there.
    for (let tries = 0; tries < 40 && !editor.current; tries++) await new Promise((done) => setTimeout(done, 50));
    if (!editor.current) return;
    showLine(editor.current, line, column);
    editor.current.focus();
  };

  const side = panel && (
    <SidePanel panel={panel} asked={asked} onClose={close} onRemoved={() => focusNode(box.current)} />
  );
  const [hadText, setHadText] = useState(mode !== 'canvas');
  if (mode !== 'canvas' && !hadText) setHadText(true);
  return (
    <div ref={box} className={css.workspace}>
      <div className={css.panes}>
        <Split
          name="builder"
          label="Border between canvas and text"
          show={mode === 'both' ? 'both' : mode === 'canvas' ? 'first' : 'second'}
          first={
            <div className={css.graph}>
              <Canvas onOpen={open} />
              {mode === 'canvas' && side}
            </div>
          }
          second={
            <div className={css.side}>
              {hadText && (
                <div className={css.text} inert={mode !== 'canvas' && panel !== undefined}>
                  <Suspense fallback={<Loading label="Loading the text" />}>
                    <TextPane onEditor={setEditor} />
                  </Suspense>
                </div>
              )}
              {mode !== 'canvas' && side}
            </div>
          }
        />
      </div>
      <ProblemsPanel onGo={(problem) => void go(problem)} />
      <Said />
    </div>
  );
}
