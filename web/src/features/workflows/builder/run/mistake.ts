/** Leads to the first field in the box that is marked as wrong. False: there is none. */
export function focusMistake(box: HTMLElement): boolean {
  const field = box.querySelector<HTMLElement>('[aria-invalid=true]');
  const folded = field?.closest('details');
  if (folded) folded.open = true;
  field?.focus();
  return field !== null;
}
