export { ExpressionField } from './expression-field.js';
export { PreviewRunPicker, recentRunsQuery, runQuery, usePreviewRun } from './preview-run.js';
export { type Place, scopeAt, templatePartOf } from './scope.js';
