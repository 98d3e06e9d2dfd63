export default () => globalThis.__heddleTearDown?.();
