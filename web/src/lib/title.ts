/** The browser tab's title: which screen it is, and before it how much waits for the reader. */
let screen = '';
let waiting = 0;

export const titleOf = (name: string, count: number): string =>
  `${count > 0 ? `(${count > 99 ? '99+' : count}) ` : ''}${name === '' ? 'Heddle' : `${name} · Heddle`}`;

const show = (): void => {
  document.title = titleOf(screen, waiting);
};
export function setScreenTitle(name: string): void {
  screen = name;
  show();
}
export function setWaiting(count: number): void {
  waiting = count;
  show();
}
