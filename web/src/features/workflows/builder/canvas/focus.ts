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

/** Where what had the focus goes away, the canvas has it; and what is selected then, when the focus was on a node. */
export function keepFocus(box: HTMLElement | null): void {
  requestAnimationFrame(() => {
    const { activeElement } = document;
    if (activeElement === document.body || activeElement?.matches('.react-flow__node')) focusNode(box);
  });
}
