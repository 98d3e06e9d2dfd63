/** JSON as it travels: payloads, specs, the wire. */
export type Json = null | boolean | number | string | Json[] | JsonObject;
export interface JsonObject {
  [key: string]: Json;
}

/** A JSON Schema document (draft 2020-12). */
export type JsonSchema = JsonObject;

/**
 * Stands in a value for content that is too large to travel through history. `$artifact` is the content's address,
 * `sha256:<hex>`; `size` is in bytes of the stored form.
 */
export interface ArtifactRef {
  $artifact: string;
  size: number;
  media_type: string;
}

export const isObject = (value: unknown): value is JsonObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

export const isArtifactRef = (value: unknown): value is ArtifactRef & JsonObject =>
  isObject(value) && typeof value['$artifact'] === 'string';

/** True when an artifact reference stands anywhere inside the value. */
export function holdsArtifact(value: Json): boolean {
  if (value === null || typeof value !== 'object') return false;
  if (Array.isArray(value)) return value.some(holdsArtifact);
  return isArtifactRef(value) || Object.values(value).some(holdsArtifact);
}
