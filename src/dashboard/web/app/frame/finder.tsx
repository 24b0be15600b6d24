// Finds pages and kinds by a few letters of their names.
import { computed, signal } from '@preact/signals';
import { useEffect, useRef, useState } from 'preact/hooks';
import { kinds } from '../../api/discovery.ts';
import { apiVersionOf } from '../../api/kind.ts';
import { Dialog } from '../../pieces/dialog.tsx';
import { BASE, listHref } from '../links.ts';
import { titleOf } from '../navigation.ts';
import { pages } from '../pages.ts';
import { navigate } from '../route.ts';
import { bestMatches } from './find.ts';

export const finderOpen = signal(false);

interface Goal {
  readonly title: string;
  readonly detail: string;
  readonly href: string;
  /** Other names. */
  readonly words: readonly string[];
}

const goals = computed((): Goal[] => [
  ...pages.flatMap(({ group, title, path }) =>
    group ? [{ title, detail: group, href: `${BASE}${path}`, words: [] }] : [],
  ),
  ...kinds.value.map((kind) => ({
    title: titleOf(kind),
    detail: apiVersionOf(kind),
    href: listHref(kind),
    words: [kind.singular, ...kind.shortNames],
  })),
]);

const MOST = 12;

export function Finder() {
  return finderOpen.value ? <FinderDialog /> : null;
}

function FinderDialog() {
  const [text, setText] = useState('');
  const [at, setAt] = useState(0);
  const input = useRef<HTMLInputElement>(null);
  useEffect(() => input.current?.focus(), []);
  const found = bestMatches(goals.value, text, ({ title, words }) => [title, ...words]).slice(0, MOST);
  const close = () => {
    finderOpen.value = false;
  };
  const go = (goal: Goal | undefined) => {
    if (!goal) return;
    close();
    navigate(goal.href);
  };
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key === 'ArrowDown') setAt(Math.min(found.length - 1, at + 1));
    else if (event.key === 'ArrowUp') setAt(Math.max(0, at - 1));
    else if (event.key === 'Enter') go(found[at]);
    else return;
    event.preventDefault();
  };
  return (
    <Dialog title="Find" onClose={close}>
      <input
        ref={input}
        class="finder-input"
        role="combobox"
        aria-expanded="true"
        aria-controls="finder-found"
        aria-activedescendant={found[at] ? `found-${at}` : undefined}
        placeholder="A page or a kind"
        aria-label="Find a page or a kind"
        value={text}
        onInput={(event) => {
          setText(event.currentTarget.value);
          setAt(0);
        }}
        onKeyDown={onKeyDown}
      />
      <div class="finder-found" id="finder-found" role="listbox" aria-label="Found">
        {found.map((goal, i) => (
          // biome-ignore lint/a11y/useKeyWithClickEvents: the field above hears the keys
          <div
            key={goal.href}
            id={`found-${i}`}
            role="option"
            tabIndex={-1}
            aria-selected={i === at}
            class="finder-goal"
            onClick={() => go(goal)}
          >
            <span>{goal.title}</span>
            <span class="dim">{goal.detail}</span>
          </div>
        ))}
      </div>
    </Dialog>
  );
}
