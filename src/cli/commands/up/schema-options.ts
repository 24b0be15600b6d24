// The flags of `tiphys up` that are fields of tiphys.yaml, too: made from its schema, so that both have one description and one default.
import { InvalidArgumentError, Option } from 'commander';
import { durationOf } from '../../../cluster/config/duration.ts';
import type { Field } from '../../../cluster/config/notation.ts';
import { type ClusterConfig, type FieldName, flagged } from '../../../cluster/config/schema.ts';
import { duration, wholeNumber } from '../components/flags.ts';

/** What `--wait` alone means. */
const USUAL_WAIT = '5m';

/** `defaults`: those that depend on the user. */
export const schemaOptions = (defaults: Partial<Record<FieldName, string>>): Option[] =>
  flagged.map(([name, field]) => optionOf(field, defaults[name]));

function optionOf(field: Field, fallback: string | undefined): Option {
  const own = fallback === undefined && field.otherwise ? ` (default: ${field.otherwise})` : '';
  const repeated = field.type === 'list' ? ' (repeatable)' : '';
  const option = new Option(field.flag!, `${lowerFirst(field.description)}${repeated}${own}`);
  const value = fallback ?? ('default' in field ? field.default : undefined);
  if (value !== undefined) option.default(value);
  switch (field.type) {
    case 'string':
      return field.values ? option.choices(field.values) : option;
    case 'integer':
      return option.argParser(wholeNumber);
    case 'duration':
      return (option.optional ? option.preset(USUAL_WAIT) : option).argParser(duration);
    case 'list':
      return option.argParser((text: string, all: readonly string[] = []) => [
        ...all,
        ...words(field.items, text),
      ]);
    default:
      return option;
  }
}

/** Paths may have commas. */
function words(item: Field, text: string): string[] {
  if (item.type === 'string' && item.isPath) return [text];
  const parts = text.split(',').map((part) => part.trim());
  const values = item.type === 'string' ? item.values : undefined;
  const wrong = parts.find((part) => values && !values.includes(part));
  if (wrong !== undefined) throw new InvalidArgumentError(`Allowed choices are ${values!.join(', ')}.`);
  return parts;
}

const lowerFirst = (text: string): string =>
  /^[A-Z][a-z]/.test(text) ? text.charAt(0).toLowerCase() + text.slice(1) : text;

/** What a flag would give that says the same as the file, by the names that commander has for flags. */
export function valuesOf(config: ClusterConfig): Map<string, unknown> {
  const values = new Map<string, unknown>();
  for (const [name, field] of flagged) {
    const value = config[name];
    if (value !== undefined) values.set(new Option(field.flag!).attributeName(), asFlag(field, value));
  }
  return values;
}

function asFlag(field: Field, value: unknown): unknown {
  if (field.type === 'duration') return durationOf(value as string);
  if (field.type !== 'map') return value;
  return Object.entries(value as Readonly<Record<string, boolean>>)
    .map(([name, on]) => `${name}=${on}`)
    .join();
}
