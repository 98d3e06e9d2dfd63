import { Check, Copy } from 'lucide-react';
import { useEffect, useState } from 'react';
import { Button, type ButtonProps } from './button.js';
import { toast } from './toast.js';

/** Copies a text, made when it is asked for, and says that it did. Without children it is a square with an icon. */
export function CopyButton({
  text,
  label,
  children,
  look = 'quiet',
  ...rest
}: Omit<ButtonProps, 'onClick' | 'icon'> & { text: () => string; label: string }) {
  const [copied, setCopied] = useState(false);
  useEffect(() => {
    if (!copied) return;
    const timer = setTimeout(() => setCopied(false), 1500);
    return () => clearTimeout(timer);
  }, [copied]);
  return (
    <Button
      {...rest}
      look={look}
      icon={copied ? <Check /> : <Copy />}
      aria-label={children === undefined ? label : undefined}
      title={label}
      onClick={() => void copy(text()).then(setCopied)}
    >
      {children}
    </Button>
  );
}

/** False: the browser would not let us, and the reader has been told. */
export async function copy(text: string): Promise<boolean> {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    toast('The browser did not allow copying.', 'bad');
    return false;
  }
}
