// A button that opens a list of actions; arrows move, Escape closes.
import type { ComponentChildren } from 'preact';
import { useEffect, useRef, useState } from 'preact/hooks';

export interface MenuItem {
  readonly label: string;
  readonly run: () => void;
  readonly danger?: boolean;
  readonly disabled?: boolean;
  /** Beside the label. */
  readonly hint?: string;
}

export interface MenuProps {
  readonly label: string;
  readonly items: readonly MenuItem[];
  readonly children?: ComponentChildren;
}

export function Menu({ label, items, children }: MenuProps) {
  const [open, setOpen] = useState(false);
  const place = useRef<HTMLDivElement>(null);
  const button = useRef<HTMLButtonElement>(null);
  useEffect(() => {
    if (!open) return;
    place.current?.querySelector<HTMLButtonElement>('[role=menuitem]:not([disabled])')?.focus();
    const outside = (event: Event) => {
      if (!place.current?.contains(event.target as Node)) setOpen(false);
    };
    document.addEventListener('pointerdown', outside);
    return () => document.removeEventListener('pointerdown', outside);
  }, [open]);
  const close = () => {
    setOpen(false);
    button.current?.focus();
  };
  const onKeyDown = (event: KeyboardEvent) => {
    if (!open) return;
    const all = [
      ...(place.current?.querySelectorAll<HTMLButtonElement>('[role=menuitem]:not([disabled])') ?? []),
    ];
    const at = all.indexOf(document.activeElement as HTMLButtonElement);
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (event.key === 'Escape') close();
    else if (step !== undefined) all[(at + step + all.length) % all.length]?.focus();
    else return;
    event.preventDefault();
    event.stopPropagation();
  };
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: hears the keys of the items within
    <div class="menu" ref={place} onKeyDown={onKeyDown}>
      <button
        type="button"
        class="button"
        ref={button}
        aria-haspopup="menu"
        aria-expanded={open}
        aria-label={label}
        onClick={() => setOpen(!open)}
      >
        {children ?? label}
      </button>
      {open && (
        <div class="menu-items" role="menu">
          {items.map(({ label: text, run, danger, disabled, hint }) => (
            <button
              type="button"
              role="menuitem"
              key={text}
              class={danger ? 'danger' : ''}
              disabled={disabled === true}
              onClick={() => {
                close();
                run();
              }}
            >
              {text}
              {hint && <span class="dim">{hint}</span>}
            </button>
          ))}
        </div>
      )}
    </div>
  );
}
