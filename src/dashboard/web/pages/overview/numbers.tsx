// How much there is, and how much of it is well.
import type { ComponentChildren } from 'preact';
import type { Tone } from '../../pieces/small.tsx';
import { toneOf } from '../../pieces/tones.ts';

export interface TileProps {
  readonly title: string;
  readonly href: string;
  readonly good: number;
  readonly total: number;
  /** In place of numbers. */
  readonly hidden?: boolean;
  readonly children?: ComponentChildren;
}

/** `12 of 14`, with a bar. */
export function Tile({ title, href, good, total, hidden, children }: TileProps) {
  return (
    <a class="tile" href={href}>
      <span class="tile-title">{title}</span>
      {hidden ? (
        <span class="tile-hidden">not yours to see</span>
      ) : (
        <>
          <span class="tile-number">
            {good}
            {good !== total && <span class="tile-of"> of {total}</span>}
          </span>
          {children ?? (
            <Parts
              parts={[
                ['good', good],
                ['bad', total - good],
              ]}
            />
          )}
        </>
      )}
    </a>
  );
}

/** Shares of a whole, side by side. */
export function Parts({ parts }: { readonly parts: readonly (readonly [tone: Tone, count: number])[] }) {
  const shown = parts.filter(([, count]) => count > 0);
  return (
    <span class="parts" aria-hidden="true">
      {shown.map(([tone, count]) => (
        <span key={tone} class={`part ${tone}`} style={{ flexGrow: count }} />
      ))}
    </span>
  );
}

const TONES: readonly Tone[] = ['good', 'busy', 'warn', 'bad', 'plain'];

/** How many pods are well, and the shares of the others. */
export function podParts(byStatus: ReadonlyMap<string, number>): {
  readonly good: number;
  readonly total: number;
  readonly parts: readonly (readonly [Tone, number])[];
} {
  const counts = new Map<Tone, number>();
  let total = 0;
  for (const [status, count] of byStatus) {
    const tone = toneOf(status) ?? 'plain';
    counts.set(tone, (counts.get(tone) ?? 0) + count);
    total += count;
  }
  const good = (counts.get('good') ?? 0) + (counts.get('plain') ?? 0);
  return { good, total, parts: TONES.map((tone) => [tone, counts.get(tone) ?? 0] as const) };
}
