import { DropdownMenu as Radix } from 'radix-ui';
import { type ReactNode, useState } from 'react';
import css from './menu.module.css';

export type MenuItem =
  | {
      label: string;
      icon?: ReactNode;
      onSelect: () => void;
      disabled?: boolean;
      danger?: boolean;
      hint?: string;
      checked?: boolean;
    }
  | { heading: string }
  | 'line';

/** What stands behind it stays there for those who listen, and the menu is a part of the page: not modal, and inside of `main`. */
export function Menu({
  trigger,
  items,
  align = 'end',
  side,
}: {
  trigger: ReactNode;
  items: MenuItem[];
  align?: 'start' | 'end';
  side?: 'top' | 'bottom';
}) {
  const [open, setOpen] = useState(false);
  return (
    <Radix.Root modal={false} open={open} onOpenChange={setOpen}>
      <Radix.Trigger asChild>{trigger}</Radix.Trigger>
      <Radix.Portal container={open ? document.getElementById('main') : null}>
        <Radix.Content className={css.menu} align={align} sideOffset={4} {...(side ? { side } : {})}>
          {items.map((item, i) => {
            if (item === 'line') return <Radix.Separator key={i} className={css.line} />;
            if ('heading' in item)
              return (
                <Radix.Label key={item.heading} className={css.heading}>
                  {item.heading}
                </Radix.Label>
              );
            const { label, icon, onSelect, disabled = false, danger, hint, checked } = item;
            const inner = (
              <>
                <span className={css.icon}>{icon ?? (checked ? '✓' : null)}</span>
                <span className={css.label}>{label}</span>
                {hint !== undefined && <span className={css.hint}>{hint}</span>}
              </>
            );
            const props = { className: css.item, disabled, onSelect, 'data-danger': danger || undefined };
            return checked === undefined ? (
              <Radix.Item key={label} {...props}>
                {inner}
              </Radix.Item>
            ) : (
              <Radix.CheckboxItem key={label} {...props} checked={checked}>
                {inner}
              </Radix.CheckboxItem>
            );
          })}
        </Radix.Content>
      </Radix.Portal>
    </Radix.Root>
  );
}
