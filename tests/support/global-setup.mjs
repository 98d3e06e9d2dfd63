// Jest loads this file as it is; what it stands for is TypeScript.
import { tsImport } from 'tsx/esm/api';

export default async () => {
  const { setUp } = await tsImport('./global-setup.ts', import.meta.url);
  globalThis.__heddleTearDown = await setUp();
};
