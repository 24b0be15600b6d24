// Every field of tiphys.yaml, from its schema.
import type { FieldReference } from '../../../src/cluster/config/reference.ts';
import { code, paragraphs, plain, table } from './markdown.ts';

function row({
  path,
  type,
  description,
  values,
  flag,
  required,
  minimum,
  maximum,
  ...rest
}: FieldReference): string[] {
  const range = minimum === undefined && maximum === undefined ? '' : ` (${minimum ?? ''}–${maximum ?? ''})`;
  const choices = values ? `: ${values.map(code).join(', ')}` : '';
  return [
    code(path),
    `${plain(description)}${choices}${required ? '; required' : ''}`,
    plain(type) + range,
    rest.default === undefined ? '' : code(rest.default),
    flag ? code(flag) : '',
  ];
}

export const configurationPage = (fields: readonly FieldReference[]): string =>
  paragraphs(
    '# The fields of tiphys.yaml',
    'Made from the schema that reads the file. Each flag of `tiphys up` is a field, too; a flag that is given counts, whatever the file says.',
    table(['Field', '', 'Type', 'Default', 'Flag of up'], fields.map(row)),
  );
