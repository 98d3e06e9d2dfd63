import { defineSearchAttributeKey, type SearchAttributePair, TypedSearchAttributes } from '@temporalio/common';
import type { RunRef } from '../../core/contract/work.js';
import { attributesOf } from '../../core/engine/attributes.js';

export const searchAttributesOf = (run: RunRef): TypedSearchAttributes =>
  new TypedSearchAttributes(
    attributesOf(run).map(
      ({ name, type, value }) => ({ key: defineSearchAttributeKey(name, type), value }) as SearchAttributePair,
    ),
  );
