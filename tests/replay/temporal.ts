export { defaultDataConverter } from '@temporalio/common';
export { loadDataConverter } from '@temporalio/common/lib/internal-non-workflow/index.js';
export { historyFromJSON } from '@temporalio/common/lib/proto-utils.js';
