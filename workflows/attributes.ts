import { defineSearchAttributeKey, type SearchAttributePair, TypedSearchAttributes } from '@temporalio/common';
import type { RunRef } from '../core/contract/work.js';
import { attributesOf } from '../core/engine/attributes.js';

export const searchAttributesOf = (run: RunRef, parent?: string): TypedSearchAttributes =>
  new TypedSearchAttributes(
    attributesOf(run, parent).map(
      ({ name, type, value }) => ({ key: defineSearchAttributeKey(name, type), value }) as SearchAttributePair,
    ),
  );
