import type { Extension } from '@codemirror/state';

export const specLanguage: Extension = [];
