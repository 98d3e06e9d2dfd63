import { type ArtifactRef, isArtifactRef, isObject, type Json } from '../../../../../../core/json.js';
import { step } from '../../../../ui/json/tree.js';

export interface PlacedArtifact {
  /** `output.body[0]` */
  path: string;
  artifact: ArtifactRef;
}
/** More are not listed. */
const MOST = 100;

/** Every reference to an artifact in the values, each content once, with the first place in which it stands. */
export function artifactsIn(values: { [name: string]: Json }): PlacedArtifact[] {
  const found = new Map<string, PlacedArtifact>();
  for (const [name, value] of Object.entries(values)) visit(value, name);
  return [...found.values()];

  function visit(value: Json, path: string): void {
    if (found.size === MOST) return;
    if (isArtifactRef(value)) {
      if (!found.has(value.$artifact)) found.set(value.$artifact, { path, artifact: value });
    } else if (Array.isArray(value)) for (const [index, each] of value.entries()) visit(each, step(path, index));
    else if (isObject(value)) for (const [name, each] of Object.entries(value)) visit(each, step(path, name));
  }
}
