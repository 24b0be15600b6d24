// Building blocks of tables: column definitions, and the form of times, labels and lists in cells.
// The kinds' own printers are built from these.
import type { LabelSelector } from '../meta/v1/label-selector.ts';
import type { KubeObject } from '../meta/v1/resource.ts';
import { labelSelectorOf } from '../selectors/label-selector.ts';

export interface Column {
  readonly name: string;
  readonly type: string;
  readonly format: string;
  readonly description: string;
  /** 0 is always shown, 1 with `-o wide`. */
  readonly priority: number;
}

export type Cell = string | number | boolean;

export interface Printer<T = KubeObject> {
  readonly columns: readonly Column[];
  /** One cell per column. `now` is in milliseconds since the epoch. */
  row(object: T, now: number): Cell[];
}

/** A printer whose objects have been decoded as its kind. */
export const printer = <T extends KubeObject>(
  columns: readonly Column[],
  row: (object: T, now: number) => Cell[],
): Printer => ({ columns, row });

const make = (name: string, type: string, description: string, priority: number, format = ''): Column => ({
  name,
  type,
  format,
  description,
  priority,
});

export const text = (name: string, description: string) => make(name, 'string', description, 0);
export const wide = (name: string, description: string) => make(name, 'string', description, 1);
export const integer = (name: string, description: string) => make(name, 'integer', description, 0);
export const flag = (name: string, description: string) => make(name, 'boolean', description, 0);
export const date = (name: string, description: string) => make(name, 'date', description, 0);

export const nameColumn = make('Name', 'string', 'Name of the object.', 0, 'name');
export const ageColumn = text('Age', 'Time since the object was created.');
export const containerColumns = [
  wide('Containers', 'Names of the containers in the template.'),
  wide('Images', 'Images of the containers in the template.'),
];
export const selectorColumn = wide('Selector', 'Label selector for the pods.');

const minute = 60;
const hour = 60 * minute;
const day = 24 * hour;
const year = 365 * day;

const pair = (large: number, unit: string, small: number, smallUnit: string) =>
  small === 0 ? `${large}${unit}` : `${large}${unit}${small}${smallUnit}`;

/** A duration as kubectl shows it: 95s, 7m30s, 3h5m, 2d4h, 1y20d. */
export function humanDuration(ms: number): string {
  const seconds = Math.trunc(ms / 1000);
  const down = (unit: number) => Math.floor(seconds / unit);
  if (seconds < -1) return '<invalid>';
  if (seconds < 0) return '0s';
  if (seconds < 2 * minute) return `${seconds}s`;
  if (seconds < 10 * minute) return pair(down(minute), 'm', seconds % minute, 's');
  if (seconds < 3 * hour) return `${down(minute)}m`;
  if (seconds < 8 * hour) return pair(down(hour), 'h', down(minute) % 60, 'm');
  if (seconds < 2 * day) return `${down(hour)}h`;
  if (seconds < 8 * day) return pair(down(day), 'd', down(hour) % 24, 'h');
  if (seconds < 2 * year) return `${down(day)}d`;
  if (seconds < 8 * year) return pair(down(year), 'y', down(day) % 365, 'd');
  return `${down(year)}y`;
}

export function since(time: string | undefined | null, now: number): string {
  return time ? humanDuration(now - Date.parse(time)) : '<unknown>';
}

export const age = (object: KubeObject, now: number) => since(object.metadata.creationTimestamp, now);
export const nameOf = (object: KubeObject) => object.metadata.name ?? '';

/** Labels as `a=b,c=d`, sorted. */
export function labelsText(labels: Readonly<Record<string, string>> | undefined): string {
  const parts = Object.entries(labels ?? {}).map(([key, value]) => `${key}=${value}`);
  return parts.sort().join(',') || '<none>';
}

export function selectorText(selector: LabelSelector | undefined): string {
  try {
    return (selector && labelSelectorOf(selector).toString()) || '<none>';
  } catch {
    return '<error>';
  }
}

interface Named {
  readonly name: string;
  readonly image?: string;
}

/** The cells of `containerColumns`. */
export const containerCells = (containers: readonly Named[] | undefined): Cell[] => [
  (containers ?? []).map((container) => container.name).join(','),
  (containers ?? []).map((container) => container.image ?? '').join(','),
];

export const orNone = (value: string | undefined | null): string => value || '<none>';

/** The first items, and how many more there are. */
export function firstFew(items: readonly string[], most = 3): string {
  const shown = items.slice(0, most).join(',');
  return items.length > most ? `${shown} + ${items.length - most} more...` : shown;
}
