// Keys that work everywhere: `/` filters, `g` and a letter goes to a page, `?` shows them, Ctrl-K finds anything. Not while something is
// being written.
import { systemClock, type Timer } from '../../../../kit/clock.ts';

export interface Keys {
  /** The letter after `g`. */
  readonly go: (letter: string) => void;
  readonly help: () => void;
  readonly find: () => void;
}

/** Milliseconds for the letter after `g`. */
const GO_MS = 1500;

const isWriting = (target: EventTarget | null): boolean =>
  target instanceof HTMLElement &&
  (target.isContentEditable ||
    ['INPUT', 'TEXTAREA', 'SELECT'].includes(target.tagName) ||
    target.closest('.xterm') !== null);

const inDialog = (): boolean => document.querySelector('dialog[open]') !== null;

/** Once, at the start. */
export function followKeys({ go, help, find }: Keys): void {
  let going: Timer | undefined;
  document.addEventListener('keydown', (event) => {
    if (event.defaultPrevented) return;
    if ((event.ctrlKey || event.metaKey) && event.key === 'k' && !inDialog()) {
      event.preventDefault();
      return find();
    }
    if (isWriting(event.target) || event.ctrlKey || event.metaKey || event.altKey || inDialog()) return;
    if (going) {
      going.cancel();
      going = undefined;
      event.preventDefault();
      return go(event.key);
    }
    if (event.key === 'g') {
      going = systemClock.after(GO_MS, () => {
        going = undefined;
      });
    } else if (event.key === '?') help();
    else if (event.key === '/') {
      const filter = document.querySelector<HTMLInputElement>('main [data-filter]');
      if (filter) {
        event.preventDefault();
        filter.focus();
        filter.select();
      }
    }
  });
}
