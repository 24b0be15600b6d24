// The field that filters a table: `/` goes to it, Enter and the arrow go to the table, Escape empties it. The address keeps it.
import type { Signal } from '@preact/signals';
import { setQuery } from '../app/route.ts';

export function Filter({ label, value }: { label: string; value: Signal<string> }) {
  const keep = () => setQuery({ q: value.value });
  const onKeyDown = (event: KeyboardEvent & { currentTarget: HTMLInputElement }) => {
    if (event.key === 'ArrowDown' || event.key === 'Enter') {
      event.preventDefault();
      keep();
      document.querySelector<HTMLElement>('main [data-table]')?.focus();
    }
    if (event.key !== 'Escape') return;
    value.value = '';
    keep();
    event.currentTarget.blur();
  };
  return (
    <input
      type="search"
      class="filter"
      placeholder="Filter"
      aria-label={label}
      data-filter
      value={value.value}
      onInput={(event) => {
        value.value = event.currentTarget.value;
      }}
      onChange={keep}
      onKeyDown={onKeyDown}
    />
  );
}
