// Any value as nested names and values: for kinds that have no view of their own.
import { isObject } from '../yaml/document.ts';

/** Deeper parts are folded at first. */
const OPEN_LEVELS = 2;

export function FieldTree({ value, level = 0 }: { value: unknown; level?: number }) {
  if (Array.isArray(value)) {
    if (value.every((item) => typeof item !== 'object'))
      return <span class="mono">{value.map(String).join(', ')}</span>;
    return (
      <ul class="tree">
        {value.map((item, i) => (
          <li key={i}>
            <FieldTree value={item} level={level + 1} />
          </li>
        ))}
      </ul>
    );
  }
  if (!isObject(value)) return <span class="mono">{String(value)}</span>;
  return (
    <dl class="tree">
      {Object.entries(value).map(([name, inner]) => (
        <Field key={name} name={name} value={inner} level={level} />
      ))}
    </dl>
  );
}

function Field({ name, value, level }: { name: string; value: unknown; level: number }) {
  const isPlain =
    typeof value !== 'object' ||
    value === null ||
    (Array.isArray(value) && value.every((one) => typeof one !== 'object'));
  if (isPlain)
    return (
      <div class="tree-line">
        <dt>{name}</dt>
        <dd>
          <FieldTree value={value} level={level} />
        </dd>
      </div>
    );
  return (
    <details open={level < OPEN_LEVELS}>
      <summary>{name}</summary>
      <FieldTree value={value} level={level + 1} />
    </details>
  );
}
