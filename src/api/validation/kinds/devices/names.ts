// Names of drivers, pools, attributes and capacities of devices. Called for all kinds of resource.k8s.io.
import { addAll } from '../../../../kit/lists.ts';
import { MAX_DRIVER_NAME, MAX_IDENTIFIER } from '../../../kinds/resource/v1/limits.ts';
import { checkItems, complaints, type FieldError, invalid, required, tooLong } from '../../field.ts';
import { isDNS1123Subdomain, regexComplaint } from '../../names.ts';

/** Bytes. */
const MAX_POOL = 253;

const identifierRe = /^[A-Za-z_][A-Za-z0-9_]*$/;
const identifierText = regexComplaint(
  "a valid C identifier must start with alphabetic character or '_', followed by a string of alphanumeric characters or '_'",
  '[A-Za-z_][A-Za-z0-9_]*',
  'my_name',
  'MY_NAME',
  'MyName',
);

/** Upper case letters are allowed. */
export function driverErrors(path: string, driver = ''): FieldError[] {
  if (driver === '') return [required(path)];
  const errors = Buffer.byteLength(driver) > MAX_DRIVER_NAME ? [tooLong(path, MAX_DRIVER_NAME)] : [];
  return [...errors, ...complaints(path, driver, isDNS1123Subdomain(driver.toLowerCase()))];
}

export function poolErrors(path: string, pool: string): FieldError[] {
  if (pool === '') return [required(path)];
  const errors = Buffer.byteLength(pool) > MAX_POOL ? [tooLong(path, MAX_POOL)] : [];
  checkItems(errors, pool.split('/'), (part) => {
    addAll(errors, complaints(path, part, isDNS1123Subdomain(part)));
  });
  return errors;
}

/** Of an attribute or capacity, with or without a domain. As upstream, names with more than one slash are not looked at. */
export function qualifiedErrors(path: string, name: string): FieldError[] {
  const [domain = '', id, ...more] = name.split('/', 3);
  if (id === undefined) return identifierErrors(path, domain);
  if (more.length > 0) return [];
  return [
    ...(domain === '' ? [invalid(path, '', 'the domain must not be empty')] : driverErrors(path, domain)),
    ...(id === '' ? [invalid(path, '', 'the name must not be empty')] : identifierErrors(path, id)),
  ];
}

/** With a domain. */
export const fullyQualifiedErrors = (path: string, name: string): FieldError[] => [
  ...qualifiedErrors(path, name),
  ...(name.includes('/')
    ? []
    : [invalid(path, name, 'a fully qualified name must be a domain and a name separated by a slash')]),
];

function identifierErrors(path: string, id: string): FieldError[] {
  return [
    ...(Buffer.byteLength(id) > MAX_IDENTIFIER ? [tooLong(path, MAX_IDENTIFIER)] : []),
    ...(identifierRe.test(id) ? [] : [invalid(path, id, identifierText)]),
  ];
}
