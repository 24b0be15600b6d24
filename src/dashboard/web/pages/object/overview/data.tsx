// The data of a ConfigMap or a Secret. A Secret's values are shown one by one, and only when somebody asks.
import { useState } from 'preact/hooks';
import { copy } from '../copy-line.tsx';
import type { KubeObject } from '../object-shape.ts';
import { HIDDEN, isObject } from '../yaml/document.ts';
import { decoded, sizeText } from './values.ts';

export function Data({ object }: { object: KubeObject }) {
  const isSecret = object.kind === 'Secret';
  const { data, binaryData } = object as KubeObject & { data?: unknown; binaryData?: unknown };
  const entries = [...entriesOf(data, isSecret), ...entriesOf(binaryData, true)];
  return (
    <section class="card">
      <h2>Data</h2>
      {entries.length === 0 && <p class="dim">Empty.</p>}
      {entries.map(({ key, value, isBase64 }) => (
        <Value key={key} name={key} value={value} isBase64={isBase64} isSecret={isSecret} />
      ))}
    </section>
  );
}

const entriesOf = (data: unknown, isBase64: boolean) =>
  isObject(data) ? Object.entries(data).map(([key, value]) => ({ key, value: String(value), isBase64 })) : [];

interface ValueProps {
  readonly name: string;
  readonly value: string;
  readonly isBase64: boolean;
  readonly isSecret: boolean;
}

function Value({ name, value, isBase64, isSecret }: ValueProps) {
  const [isShown, setIsShown] = useState(!isSecret);
  const { text, bytes } = isBase64
    ? decoded(value)
    : { text: value, bytes: new TextEncoder().encode(value).length };
  return (
    <div class="data-value">
      <header>
        <span class="mono">{name}</span>
        <span class="dim">{sizeText(bytes)}</span>
        <span class="bar-end">
          {isSecret && (
            <button
              type="button"
              class="button small"
              aria-label={`${isShown ? 'Hide' : 'Show'} ${name}`}
              onClick={() => setIsShown(!isShown)}
            >
              {isShown ? 'Hide' : 'Show'}
            </button>
          )}
          {text !== undefined && (
            <button
              type="button"
              class="button small"
              aria-label={`Copy ${name}`}
              onClick={() => void copy(text)}
            >
              Copy
            </button>
          )}
        </span>
      </header>
      {isShown ? <pre class="code">{text ?? 'not a text'}</pre> : <pre class="code dim">{HIDDEN}</pre>}
    </div>
  );
}
