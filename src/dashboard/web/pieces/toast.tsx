// Short messages at the edge: what was done, or why it failed.
import { signal } from '@preact/signals';
import { systemClock } from '../../../kit/clock.ts';

interface Toast {
  readonly id: number;
  readonly text: string;
  readonly tone: 'good' | 'bad';
}

const toasts = signal<readonly Toast[]>([]);
let nextId = 0;

/** Milliseconds; failures stay longer. */
const SHOWN = { good: 4000, bad: 10_000 } as const;
const MOST = 4;

export function toast(text: string, tone: 'good' | 'bad' = 'good'): void {
  const id = nextId++;
  toasts.value = [...toasts.value.slice(1 - MOST), { id, text, tone }];
  systemClock.after(SHOWN[tone], () => close(id));
}

const close = (id: number): void => {
  toasts.value = toasts.value.filter((one) => one.id !== id);
};

export const Toasts = () => (
  <div class="toasts" role="status" aria-live="polite">
    {toasts.value.map(({ id, text, tone }) => (
      <button type="button" class={`toast ${tone}`} key={id} onClick={() => close(id)} title="Close">
        {text}
      </button>
    ))}
  </div>
);
