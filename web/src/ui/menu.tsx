import { DropdownMenu as Radix } from 'radix-ui';
import type { ReactNode } from 'react';
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
  return (
    <Radix.Root>
      <Radix.Trigger asChild>{trigger}</Radix.Trigger>
      <Radix.Portal>
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
