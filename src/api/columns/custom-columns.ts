// The columns that a CustomResourceDefinition defines. Each cell is found by a path such as .status.phase,
// .spec.ports[0].name or .status.conditions[?(@.type=="Ready")].status.

import { own } from '../../kit/own.ts';
import type { KubeObject } from '../meta/v1/resource.ts';
import { ageColumn, type Cell, type Column, nameColumn, nameOf, type Printer, since } from './printer.ts';

export interface CustomColumn {
  readonly name: string;
  readonly type: string;
  readonly format?: string;
  readonly description?: string;
  readonly priority?: number;
  readonly jsonPath: string;
}

type Step = (values: unknown[]) => unknown[];

const member =
  (key: string): Step =>
  (values) =>
    values.flatMap((value) => {
      const found =
        typeof value === 'object' && value !== null ? own(value as Record<string, unknown>, key) : undefined;
      return found === undefined ? [] : [found];
    });

const every: Step = (values) =>
  values.flatMap((value) =>
    Array.isArray(value) ? value : typeof value === 'object' && value !== null ? Object.values(value) : [],
  );

const index =
  (at: number): Step =>
  (values) =>
    values.flatMap((value) => (Array.isArray(value) && value.at(at) !== undefined ? [value.at(at)] : []));

function filter(path: readonly Step[], operator: string, wanted: unknown): Step {
  return (values) =>
    values.flatMap((value) =>
      (Array.isArray(value) ? value : []).filter((item) => {
        const [found] = walk(path, item);
        return operator === '!=' ? found !== wanted : found === wanted;
      }),
    );
}

const walk = (steps: readonly Step[], value: unknown): unknown[] =>
  steps.reduce<unknown[]>((values, step) => step(values), [value]);

const literal = (text: string): unknown =>
  /^["']/.test(text)
    ? text.slice(1, -1)
    : text === 'true' || text === 'false'
      ? text === 'true'
      : Number(text);

const patterns: readonly [RegExp, (match: RegExpExecArray) => Step][] = [
  [/^\.((?:\\.|[^.[\\])+)/, ([, key]) => member(key!.replace(/\\(.)/g, '$1'))],
  [/^\[(?:'([^']*)'|"([^"]*)")\]/, ([, a, b]) => member(a ?? b ?? '')],
  [/^\[(-?\d+)\]/, ([, at]) => index(Number(at))],
  [/^(?:\.\*|\[\*\])/, () => every],
  [
    /^\[\?\(\s*@([^=!\s]+)\s*(==|!=)\s*("[^"]*"|'[^']*'|[\w.-]+)\s*\)\]/,
    ([, path, operator, value]) => filter(compilePath(path!) ?? [], operator!, literal(value!)),
  ],
];

/** Characters of a path; a definition may have many, and each is followed for every object of a list. */
const LONGEST_PATH = 1_024;

/** Undefined when the path uses syntax that is not supported here. */
export function compilePath(path: string): readonly Step[] | undefined {
  if (path.length > LONGEST_PATH) return undefined;
  let rest = path.replace(/^\{|\}$/g, '').replace(/^\$/, '');
  const steps: Step[] = [];
  while (rest !== '') {
    if (rest.startsWith('.*')) {
      steps.push(every);
      rest = rest.slice(2);
      continue;
    }
    const hit = patterns.map(([pattern, make]) => ({ match: pattern.exec(rest), make })).find((h) => h.match);
    if (!hit?.match) return undefined;
    steps.push(hit.make(hit.match));
    rest = rest.slice(hit.match[0].length);
  }
  return steps;
}

function cell(column: CustomColumn, values: unknown[], now: number): Cell {
  if (values.length === 0 || values[0] === null) return '';
  const [first] = values;
  switch (column.type) {
    case 'date':
      return typeof first === 'string' ? since(first, now) : '<unknown>';
    case 'integer':
    case 'number':
      return typeof first === 'number' ? first : '';
    case 'boolean':
      return typeof first === 'boolean' ? first : '';
    default:
      return values.map((v) => (typeof v === 'string' ? v : JSON.stringify(v))).join(',');
  }
}

/** The printer of a custom kind; without columns of its own it shows name and age. */
export function customPrinter(columns: readonly CustomColumn[] | undefined): Printer {
  if (!columns?.length)
    return {
      columns: [nameColumn, { ...ageColumn, type: 'date' }],
      row: (o, now) => [nameOf(o), since(o.metadata.creationTimestamp, now)],
    };
  const paths = columns.map((column) => compilePath(column.jsonPath));
  const shown = columns.map<Column>((column) => ({
    name: column.name,
    type: column.type,
    format: column.format ?? '',
    description: column.description ?? '',
    priority: column.priority ?? 0,
  }));
  return {
    columns: [nameColumn, ...shown],
    row: (object: KubeObject, now) => [
      nameOf(object),
      ...columns.map((column, i) => {
        const path = paths[i];
        return path ? cell(column, walk(path, object), now) : '<unknown>';
      }),
    ],
  };
}
