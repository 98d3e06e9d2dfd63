import { Tooltip as Radix } from 'radix-ui';
import { type ReactNode, useRef, useState } from 'react';
import css from './tooltip.module.css';

/**
 * Says more about what is pointed at or focused; what has no words of its own has an aria-label besides. It is a part of what that stands in.
 * Where nothing can be pointed at, such as on a phone, it would lie over what is there whenever a dialog gives the focus back: it does not show.
 */
export function Tooltip({
  text,
  children,
  side = 'bottom',
}: {
  text: ReactNode;
  children: ReactNode;
  side?: 'top' | 'right' | 'bottom' | 'left';
}) {
  const trigger = useRef<HTMLButtonElement>(null);
  const [place, setPlace] = useState<Element | null>(null);
  const [open, setOpen] = useState(false);
  const onOpenChange = (wanted: boolean): void => {
    const opens = wanted && !matchMedia('(hover: none)').matches;
    setOpen(opens);
    if (opens) setPlace(trigger.current?.closest('[role=dialog], main, nav') ?? null);
  };
  return (
    <Radix.Root open={open} onOpenChange={onOpenChange}>
      <Radix.Trigger ref={trigger} asChild>
        {children}
      </Radix.Trigger>
      <Radix.Portal container={place}>
        <Radix.Content className={css.tip} side={side} sideOffset={5}>
          {text}
        </Radix.Content>
      </Radix.Portal>
    </Radix.Root>
  );
}
export const TooltipProvider = Radix.Provider;
