// The variables that `set env` sets and removes, from its words and from lines of standard input. Pure; called by the command.
import type { EnvVar } from '../../../api/kinds/core/v1/env.ts';
import { addAll } from '../../../kit/lists.ts';
import { envNameComplaints } from '../../text/env-name.ts';
import { goQuote } from '../../text/quote.ts';

const TYPE = 'environment variable';

const isChange = (word: string): boolean => word.lastIndexOf('=') > 0 || word.endsWith('-');

/** `deployment/web A=b C-`; the first word that changes something ends the resources. */
export function splitEnvironment(words: readonly string[]): { resources: string[]; changes: string[] } {
  const found = words.findIndex(isChange);
  const first = found < 0 ? words.length : found;
  if (!words.slice(first).every(isChange))
    throw new Error(`all resources must be specified before environment changes: ${words.join(' ')}`);
  return { resources: words.slice(0, first), changes: words.slice(first) };
}

export interface EnvChanges {
  readonly set: EnvVar[];
  readonly remove: readonly string[];
}

/** `-` stands for the lines of standard input. */
export async function parseEnv(specs: readonly string[], stdin: () => Promise<string>): Promise<EnvChanges> {
  const set: EnvVar[] = [];
  const remove: string[] = [];
  for (const spec of specs) {
    const at = spec.indexOf('=');
    if (spec === '-') addAll(set, envOfLines(await stdin()));
    else if (at >= 0) {
      const name = spec.slice(0, at);
      const complaints = envNameComplaints(name);
      if (complaints.length > 0)
        throw new Error(`${goQuote(name)} is not a valid key name: ${complaints.join(';')}`);
      set.push({ name, value: spec.slice(at + 1) });
    } else if (spec.endsWith('-')) remove.push(spec.slice(0, -1));
    else throw new Error(`unknown ${TYPE}: ${spec}`);
  }
  const given = new Set(specs.filter((spec) => spec.includes('=')).map((spec) => spec.split('=')[0]));
  if (remove.some((name) => given.has(name)))
    throw new Error(`can not both modify and remove the same ${TYPE} in the same command`);
  return { set, remove };
}

function envOfLines(text: string): EnvVar[] {
  return text
    .split('\n')
    .map((line) => line.replace(/\r$/, '').split('#')[0]!)
    .filter((line) => line.includes('='))
    .map((line) => ({ name: line.slice(0, line.indexOf('=')), value: line.slice(line.indexOf('=') + 1) }));
}

/** Variables keep their place; new ones come behind. */
export function changedEnv(before: readonly EnvVar[], { set, remove }: EnvChanges): EnvVar[] {
  const covered = new Set(remove);
  const out: EnvVar[] = [];
  for (const old of before) {
    if (covered.has(old.name)) continue;
    const newer = set.find(({ name }) => name === old.name);
    if (newer) covered.add(old.name);
    out.push(newer ?? old);
  }
  for (const added of set) {
    if (covered.has(added.name)) continue;
    covered.add(added.name);
    out.push(added);
  }
  return out;
}

/** For --overwrite=false. */
export function checkKept(before: readonly EnvVar[], set: readonly EnvVar[]): void {
  for (const { name, value = '' } of set) {
    const old = before.find((current) => current.name === name);
    if (old && (old.value ?? '') !== value)
      throw new Error(`'${name}' already has a value (${old.value ?? ''}), and --overwrite is false`);
  }
}

/** The name of a variable for a key of a ConfigMap or Secret. */
export const envNameOfKey = (key: string): string => key.replaceAll(/[^a-zA-Z0-9_]/g, '_').toUpperCase();
