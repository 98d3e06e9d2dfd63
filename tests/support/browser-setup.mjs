// Jest loads this file as it is; what it stands for is TypeScript.
import { tsImport } from 'tsx/esm/api';
import setUpStack from './global-setup.mjs';

export default async () => {
  const { buildWeb } = await tsImport('../../scripts/web/build.ts', import.meta.url);
  await Promise.all([setUpStack(), buildWeb({ say: (line) => console.error(line) })]);
};
