// The keys.
import { signal } from '@preact/signals';
import { Dialog } from '../../pieces/dialog.tsx';
import { goals } from './go.ts';

export const helpOpen = signal(false);

const KEYS: readonly (readonly [string, string])[] = [
  ['Ctrl K', 'Find a page, a kind or an object'],
  ['/', 'Filter the table'],
  ['↑ ↓', 'Move in a table; Page Up and Down, Home, End'],
  ['Enter', 'Open the row'],
  ['Space', 'Choose the row'],
  ['← →', 'Close and open branches'],
  ['Esc', 'Close, or leave the filter'],
  ['?', 'This help'],
];

export function Help() {
  if (!helpOpen.value) return null;
  const close = () => {
    helpOpen.value = false;
  };
  return (
    <Dialog title="Keys" onClose={close} wide>
      <div class="keys">
        <dl>
          {KEYS.map(([key, text]) => (
            <div key={key}>
              <dt>
                <kbd>{key}</kbd>
              </dt>
              <dd>{text}</dd>
            </div>
          ))}
        </dl>
        <dl>
          {goals().map(({ key, title }) => (
            <div key={key}>
              <dt>
                <kbd>g</kbd> <kbd>{key}</kbd>
              </dt>
              <dd>{title}</dd>
            </div>
          ))}
        </dl>
      </div>
    </Dialog>
  );
}
