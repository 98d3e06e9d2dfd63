import { useNavigate } from '@tanstack/react-router';

/** A node is opened by its place in the address, so that it can be sent. */
export function useOpenNode(): (key: string) => void {
  const navigate = useNavigate();
  return (key) => void navigate({ to: '.', search: (before: object) => ({ ...before, node: key }) });
}
