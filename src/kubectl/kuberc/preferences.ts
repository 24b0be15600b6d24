// The kuberc file: a person's aliases and default flags (kubectl.config.k8s.io). Where it is, how it is read and written.
import { existsSync, mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { parseYamlDocuments } from '../../api/codec/yaml.ts';
import type { Io } from '../io/io.ts';
import { toYaml } from '../printers/yaml/write.ts';

export interface FlagDefault {
  readonly name: string;
  readonly default: string;
}

export interface CommandDefaults {
  readonly command: string;
  readonly options: readonly FlagDefault[];
}

export interface Alias {
  readonly name: string;
  readonly command: string;
  readonly prependArgs?: readonly string[];
  readonly appendArgs?: readonly string[];
  readonly options?: readonly FlagDefault[];
}

export interface Preferences {
  readonly apiVersion: string;
  readonly kind: 'Preference';
  readonly defaults?: readonly CommandDefaults[] | null;
  readonly aliases?: readonly Alias[] | null;
  readonly credentialPluginPolicy?: string;
  readonly credentialPluginAllowlist?: readonly { readonly command?: string; readonly name?: string }[];
}

export const EMPTY: Preferences = { apiVersion: 'kubectl.config.k8s.io/v1beta1', kind: 'Preference' };

const VERSIONS = ['kubectl.config.k8s.io/v1beta1', 'kubectl.config.k8s.io/v1alpha1'];
const FIELDS = [
  ...['apiVersion', 'kind', 'defaults', 'aliases'],
  ...['credentialPluginPolicy', 'credentialPluginAllowlist'],
];
/** Bytes of a file that a person writes. */
const MOST = 1 << 20;

export interface Place {
  readonly path: string;
  /** Named by --kuberc or KUBERC, so that it must be there. */
  readonly explicit: boolean;
}

/** Undefined when preferences are turned off. */
export function placeOf(flag: string, { env, cwd }: Pick<Io, 'env' | 'cwd'>): Place | undefined {
  if (env.KUBERC === 'off') {
    if (flag)
      throw new Error('disabling kuberc via KUBERC=off and passing kuberc flag are mutually exclusive');
    return undefined;
  }
  const named = flag || env.KUBERC;
  if (named) return { path: resolve(cwd, named), explicit: true };
  return { path: join(env.HOME || '/', '.kube', 'kuberc'), explicit: false };
}

export interface Loaded {
  /** Undefined for an empty file. */
  readonly preferences: Preferences | undefined;
  readonly unknownFields: readonly string[];
}

/** The first document of a version that is known. */
export function loadPreferences(path: string): Loaded {
  if (!existsSync(path)) throw new Error(`open ${path}: no such file or directory`);
  if (statSync(path).size > MOST) throw new Error(`${path} is too large for a kuberc file`);
  const documents = parseYamlDocuments(readFileSync(path, 'utf8'));
  const known = documents.find(
    (one) => isMap(one) && one.kind === 'Preference' && VERSIONS.includes(String(one.apiVersion)),
  );
  if (!isMap(known)) {
    if (documents.length === 0) return { preferences: undefined, unknownFields: [] };
    throw new Error(`no valid preferences found in ${path}`);
  }
  if (!isListOfMaps(known.defaults) || !isListOfMaps(known.aliases))
    throw new Error(`${path}: defaults and aliases are lists of objects`);
  const unknownFields = Object.keys(known).filter((key) => !FIELDS.includes(key));
  return { preferences: known as Record<string, unknown> & Preferences, unknownFields };
}

export function savePreferences(path: string, preferences: Preferences): void {
  mkdirSync(dirname(path), { recursive: true, mode: 0o755 });
  writeFileSync(path, toYaml(documentOf(preferences)), { mode: 0o644 });
}

/** With null where Go writes an empty list so. */
export const documentOf = (preferences: Preferences): Record<string, unknown> => ({
  ...preferences,
  aliases: preferences.aliases ?? null,
  defaults: preferences.defaults ?? null,
});

const isMap = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const isListOfMaps = (value: unknown): boolean =>
  value === undefined || value === null || (Array.isArray(value) && value.every(isMap));
