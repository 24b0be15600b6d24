// Small pieces that every page uses.
import type { ComponentChildren } from 'preact';
import type { ApiError } from '../api/errors.ts';

export type Tone = 'good' | 'warn' | 'bad' | 'busy' | 'plain';

export const Badge = ({ tone = 'plain', children }: { tone?: Tone; children: ComponentChildren }) => (
  <span class={`badge ${tone}`}>{children}</span>
);

export const Spinner = ({ label = 'Loading' }: { label?: string }) => (
  <div class="spinner" role="status">
    <span class="visually-hidden">{label}</span>
  </div>
);

/** In place of what is not there. */
export const Empty = ({ title, children }: { title: string; children?: ComponentChildren }) => (
  <div class="empty">
    <p class="empty-title">{title}</p>
    {children}
  </div>
);

/** Why something cannot be shown; for a user who may not see it, in plain words. */
export const Refused = ({ error, what }: { error: ApiError | undefined; what: string }) => (
  <Empty title={error?.status === 403 ? `You may not see ${what}` : `${what} cannot be shown`}>
    {error && <p class="empty-text">{error.message}</p>}
  </Empty>
);
