import { condition, defineSignal, setHandler } from '@temporalio/workflow';

/** Never gives the thread back. */
export async function hangs(): Promise<void> {
  for (;;);
}

/** Waits for a signal. */
export async function waits(): Promise<string> {
  let told = false;
  setHandler(defineSignal('go'), () => void (told = true));
  await condition(() => told);
  return 'gone on';
}
