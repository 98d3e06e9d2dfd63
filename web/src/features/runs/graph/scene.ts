import { createContext, useContext } from 'react';
import { useStore } from 'zustand';
import { createStore, type StoreApi } from 'zustand/vanilla';

/** What a reader does with the graph, apart from the run. A node subscribes to whether it is meant. */
export interface SceneState {
  /** Its panel is open. */
  selected: string | undefined;
  /** Where the keyboard is. */
  cursor: string | undefined;
  /** What was searched for; undefined: nothing is. */
  found: ReadonlySet<string> | undefined;
}
export type Scene = StoreApi<SceneState>;
export const newScene = (): Scene => createStore(() => ({ selected: undefined, cursor: undefined, found: undefined }));

/** The run whose graph is drawn, and the scene around it. */
export const SceneContext = createContext<
  { runId: string; scene: Scene; select: (key: string | undefined) => void } | undefined
>(undefined);
export function useSceneContext() {
  const context = useContext(SceneContext);
  if (!context) throw new Error('a node of the graph is drawn outside of it');
  return context;
}
export const useScene = <T>(select: (state: SceneState) => T): T => useStore(useSceneContext().scene, select);
