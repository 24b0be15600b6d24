// Names of environment variables as kubectl takes them, more strictly than servers do. Pure.
import { regexComplaint } from '../../api/validation/names.ts';

const STRICT = /^[-._a-zA-Z][-._a-zA-Z0-9]*$/;

const TEXT = regexComplaint(
  "a valid environment variable name must consist of alphabetic characters, digits, '_', '-', or '.', and must not start with a digit",
  '[-._a-zA-Z][-._a-zA-Z0-9]*',
  'my.env-name',
  'MY_ENV.NAME',
  'MyEnvName1',
);

export function envNameComplaints(name: string): string[] {
  const complaints = STRICT.test(name) ? [] : [TEXT];
  if (name === '.') complaints.push("must not be '.'");
  else if (name === '..') complaints.push("must not be '..'");
  else if (name.startsWith('..')) complaints.push("must not start with '..'");
  return complaints;
}
