// Words about fields of tiphys.yaml: `tiphys config explain PATH`, and the commented example of `tiphys config init`. Pure.
import { UserError } from '../progress.ts';
import type { Field, ObjectField } from './notation.ts';
import { configurationReference, type FieldReference } from './reference.ts';
import { clusterConfig } from './schema.ts';

/** `nodes.taints`, `nodes[0].taints[].effect` or nothing. */
export function explain(path = ''): string {
  const wanted = withoutBrackets(path);
  const all = configurationReference();
  const plain = ({ path: one }: FieldReference) => withoutBrackets(one);
  const self = all.find((one) => plain(one) === wanted);
  if (wanted && !self)
    throw new UserError(`${path}: there is no such field; tiphys config explain lists the fields`);
  const depth = wanted ? wanted.split('.').length + 1 : 1;
  const parts = all.filter(
    (one) => (!wanted || plain(one).startsWith(`${wanted}.`)) && plain(one).split('.').length === depth,
  );
  const head = self
    ? [`FIELD: ${self.path} <${self.type}>`, '', ...about(self)]
    : [`${clusterConfig.description}.`];
  const list = parts.flatMap((one) => [
    `  ${plain(one).split('.').at(-1)} <${one.type}>${one.required ? ' -required-' : ''}`,
    ...about(one).map((line) => `    ${line}`),
  ]);
  return `${[...head, ...(list.length > 0 ? ['', 'FIELDS:', ...list] : [])].join('\n')}\n`;
}

/** `nodes.taints` of `nodes[0].taints[]`. */
const withoutBrackets = (path: string): string =>
  path
    .split('[')
    .map((part, i) => (i === 0 ? part : part.slice(part.indexOf(']') + 1)))
    .join('');

const about = (one: FieldReference): string[] => [
  `${one.description}.`,
  ...(one.values ? [`Values: ${one.values.join(', ')}.`] : []),
  ...(one.default !== undefined ? [`Without it: ${one.default || '""'}.`] : []),
  ...(one.flag ? [`Flag of tiphys up: ${one.flag}.`] : []),
];

/** A file in which every field is a comment but the two that must be there. */
export function exampleFile(): string {
  const lines = Object.entries(clusterConfig.fields).flatMap(([name, field]) => {
    const fixed = name === 'apiVersion' || name === 'kind';
    const value = fixed ? valueLines(name, field) : valueLines(name, field).map((line) => `# ${line}`);
    return [...(fixed ? [] : ['', `# ${comment(field)}`]), ...value];
  });
  return `${['# A cluster for `tiphys up`. Take away the # before what you want to change; `tiphys config explain` says more.', ...lines].join('\n')}\n`;
}

const comment = (field: Field): string => {
  const { description, otherwise } = field;
  const values = field.type === 'string' && field.values ? ` (${field.values.join(', ')})` : '';
  return `${description}${values}.${otherwise ? ` Without it: ${otherwise}.` : ''}`;
};

/** YAML of an example value. */
function valueLines(name: string, field: Field): string[] {
  switch (field.type) {
    case 'object':
      return [`${name}:`, ...indented(objectLines(field))];
    case 'list':
      if (field.items.type !== 'object') return [`${name}: ${field.example ?? '[]'}`];
      return [`${name}:`, ...listItem(objectLines(field.items))];
    case 'map':
      if (field.example) return [`${name}:`, `  ${field.example}`];
      return [`${name}:`, ...indented(valueLines('registry.example.com', field.values))];
    case 'string':
      return [`${name}: ${field.example ?? field.default ?? field.values?.[0] ?? `a-${name}`}`];
    case 'duration':
      return [`${name}: ${field.example ?? '5m'}`];
    default:
      return [`${name}: ${field.example ?? field.default ?? field.type}`];
  }
}

const objectLines = ({ fields }: ObjectField): string[] =>
  Object.entries(fields).flatMap(([name, field]) => valueLines(name, field));

const indented = (lines: readonly string[]): string[] => lines.map((line) => `  ${line}`);

const listItem = (lines: readonly string[]): string[] =>
  lines.map((line, i) => (i === 0 ? `  - ${line}` : `    ${line}`));
