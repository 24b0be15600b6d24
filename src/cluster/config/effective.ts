// A configuration with all defaults, as `tiphys config view` shows it. Pure.
import type { Field } from './notation.ts';
import { API_VERSION, type ClusterConfig, clusterConfig, KIND } from './schema.ts';

/** `secrets`: whether they are shown. */
export function effectiveConfig(
  config: ClusterConfig | undefined,
  secrets: boolean,
): Record<string, unknown> {
  const given = config ?? { apiVersion: API_VERSION, kind: KIND };
  const whole = { ...given, nodes: given.nodes ?? [{}] };
  return effective(clusterConfig, whole, secrets) as Record<string, unknown>;
}

function effective(field: Field, value: unknown, secrets: boolean): unknown {
  switch (field.type) {
    case 'string':
      return field.secret && value !== undefined && !secrets ? 'REDACTED' : (value ?? field.default);
    case 'integer':
    case 'boolean':
      return value ?? field.default;
    case 'list':
      return (value as readonly unknown[] | undefined)?.map((one) => effective(field.items, one, secrets));
    case 'map':
      return named(
        Object.entries(value ?? {}).map(([name, one]) => [name, effective(field.values, one, secrets)]),
      );
    case 'object': {
      const given = (value ?? {}) as Readonly<Record<string, unknown>>;
      return named(
        Object.entries(field.fields).map(([name, one]) => [name, effective(one, given[name], secrets)]),
      );
    }
    default:
      return value;
  }
}

/** Undefined when nothing is left. */
function named(entries: readonly (readonly [string, unknown])[]): Record<string, unknown> | undefined {
  const kept = entries.filter(([, value]) => value !== undefined);
  return kept.length > 0 ? Object.fromEntries(kept) : undefined;
}
