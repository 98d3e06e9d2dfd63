const CANVAS = '[role=application]';

/** Moves the focus to a node once it is drawn, or to where the keys are; a node off the screen is not drawn where there are many. */
export function focusNode(box: HTMLElement | null, key?: string): void {
  requestAnimationFrame(() => {
    const nodes = box?.querySelectorAll<HTMLElement>('.react-flow__node') ?? [];
    const all = [...nodes];
    const found =
      key === undefined ? all.find(({ tabIndex }) => tabIndex === 0) : all.find((each) => each.dataset['id'] === key);
    (found ?? box?.closest<HTMLElement>(CANVAS) ?? box?.querySelector<HTMLElement>(CANVAS))?.focus({
      preventScroll: true,
    });
  });
}
