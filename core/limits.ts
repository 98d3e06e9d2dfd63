/** Everything has a limit, and all of them stand here. Sizes are in bytes of JSON unless said otherwise. */

/** Values above it become artifacts before they reach a workflow (P7). */
export const INLINE_BYTES = 16 * 1024;
/** What one piece of work may load out of artifacts, counted as often as it is loaded. */
export const MAX_LOADED_BYTES = 256 * 1024 * 1024;

/** A map of more items is walked by a child workflow of its own. */
export const MAP_INLINE_ITEMS = 200;
/** Outputs of so many items of a large map are laid down as one artifact. */
export const MAP_PART_ITEMS = 2_000;

export const MAX_SPEC_BYTES = 8 * 1024 * 1024;
export const MAX_NODES = 10_000;
export const MAX_EDGES = 50_000;
export const MAX_EXPRESSION_CHARS = 4_096;
export const MAX_EXPRESSION_NODES = 500;
export const MAX_EXPRESSION_DEPTH = 32;
/** Macros such as `all` and `map` inside one another. */
export const MAX_COMPREHENSION_DEPTH = 2;

export const MAX_PARALLEL = 500;
export const DEFAULT_PARALLEL = 50;
export const MAX_PAGE = 100;

export const MAX_LOG_LINES = 1_000;
export const MAX_LOG_BYTES = 256 * 1024;
