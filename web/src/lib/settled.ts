import { useEffect, useState } from 'react';

/** The value, once it has been the same for so long. */
export function useSettled<T>(value: T, ms: number): T {
  const text = JSON.stringify(value);
  const [settled, setSettled] = useState(value);
  useEffect(() => {
    const timer = setTimeout(() => setSettled(text === undefined ? (undefined as T) : (JSON.parse(text) as T)), ms);
    return () => clearTimeout(timer);
  }, [text, ms]);
  return settled;
}
