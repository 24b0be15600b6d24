// tiphys-dev.yaml: what `tiphys dev` is told where its conventions do not suffice. Every field is optional. Pure; called by load.ts.
import { parseYaml } from '../../../api/codec/yaml.ts';
import { isObject, type JsonObject } from '../../../api/patch/json.ts';
import type { ImageConfig } from '../../../cri/image/build.ts';
import { parseSyncRules, type SyncRule } from '../sync/rules.ts';

/** What makes an image. */
export type Recipe =
  | { readonly kind: 'imagefile'; readonly file: string }
  | {
      readonly kind: 'dockerfile';
      readonly file: string;
      readonly context: string;
      readonly target?: string;
      readonly args: Readonly<Record<string, string>>;
    }
  | { readonly kind: 'directory'; readonly directory: string; readonly config: ImageConfig };

export type Restart = { readonly signal: number } | { readonly command: readonly string[] };

export interface ImageEntry {
  /** As manifests name it; the tag does not matter. */
  readonly image: string;
  /** Paths are relative to the project. Found by convention in `build` when it is left out. */
  readonly recipe?: Recipe;
  /** The directory in which an Imagefile or a Dockerfile is looked for. */
  readonly build?: string;
  /** `auto`: where an Imagefile or a directory puts each file. */
  readonly sync: readonly SyncRule[] | 'auto';
  readonly restart?: Restart;
}

export interface DevConfig {
  /** Files, directories or kustomizations. */
  readonly manifests?: readonly string[];
  readonly images: readonly ImageEntry[];
  /** [LOCAL:]PORT. */
  readonly ports?: readonly string[];
}

export const CONFIG_FILE = 'tiphys-dev.yaml';
/** Bytes. */
export const LARGEST_CONFIG = 256 * 1024;
const MOST_IMAGES = 100;

const SIGNALS: Readonly<Record<string, number>> = { HUP: 1, INT: 2, QUIT: 3, USR1: 10, USR2: 12, TERM: 15 };

/** Throws with the place of what is wrong. */
export function parseConfig(text: string): DevConfig {
  const value = parseYaml(text) ?? {};
  const top = mapping(value, 'the file', ['manifests', 'images', 'ports']);
  const entries = list(top.images, 'images');
  if (entries.length > MOST_IMAGES) throw new Error(`images: there are more than ${MOST_IMAGES}`);
  return {
    ...(top.manifests !== undefined && { manifests: texts(top.manifests, 'manifests') }),
    ...(top.ports !== undefined && { ports: list(top.ports, 'ports').map(String) }),
    images: entries.map((entry, i) => imageEntry(entry, `images[${i}]`)),
  };
}

const IMAGE_FIELDS = [
  ...['image', 'build', 'imagefile', 'dockerfile', 'directory', 'context', 'target', 'args', 'config'],
  ...['sync', 'restart'],
];

function imageEntry(value: unknown, at: string): ImageEntry {
  const entry = mapping(value, at, IMAGE_FIELDS);
  const recipe = recipeOf(entry, at);
  const restart = entry.restart === undefined ? undefined : restartOf(entry.restart, `${at}.restart`);
  return {
    image: text(entry.image, `${at}.image`),
    ...(recipe && { recipe }),
    ...(entry.build !== undefined && { build: text(entry.build, `${at}.build`) }),
    sync: entry.sync === 'auto' ? 'auto' : parseSyncRules(list(entry.sync, `${at}.sync`), `${at}.sync`),
    ...(restart && { restart }),
  };
}

function recipeOf(entry: JsonObject, at: string): Recipe | undefined {
  const given = ['build', 'imagefile', 'dockerfile', 'directory'].filter((key) => entry[key] !== undefined);
  if (given.length > 1) throw new Error(`${at}: say one of ${given.join(' and ')}`);
  if (entry.imagefile !== undefined)
    return { kind: 'imagefile', file: text(entry.imagefile, `${at}.imagefile`) };
  if (entry.directory !== undefined)
    return {
      kind: 'directory',
      directory: text(entry.directory, `${at}.directory`),
      config: imageConfig(entry.config ?? {}, `${at}.config`),
    };
  if (entry.dockerfile === undefined) return undefined;
  const file = text(entry.dockerfile, `${at}.dockerfile`);
  const slash = file.lastIndexOf('/');
  const args = mapping(entry.args ?? {}, `${at}.args`);
  return {
    kind: 'dockerfile',
    file,
    context:
      entry.context === undefined ? file.slice(0, slash + 1) || '.' : text(entry.context, `${at}.context`),
    ...(entry.target !== undefined && { target: text(entry.target, `${at}.target`) }),
    args: Object.fromEntries(Object.entries(args).map(([name, arg]) => [name, String(arg)])),
  };
}

function imageConfig(value: unknown, at: string): ImageConfig {
  const lists = ['entrypoint', 'cmd', 'env', 'exposedPorts'];
  const config = mapping(value, at, [...lists, 'user', 'workingDir', 'stopSignal']);
  const made: Record<string, unknown> = {};
  for (const [field, given] of Object.entries(config))
    made[field] = lists.includes(field) ? texts(given, `${at}.${field}`) : text(given, `${at}.${field}`);
  return made;
}

function restartOf(value: unknown, at: string): Restart {
  const { signal, command } = mapping(value, at, ['signal', 'command']);
  if (command !== undefined) return { command: texts(command, `${at}.command`) };
  const name = String(signal).replace(/^SIG/, '');
  const number = Object.hasOwn(SIGNALS, name) ? SIGNALS[name] : undefined;
  if (number === undefined)
    throw new Error(`${at}.signal: say one of ${Object.keys(SIGNALS).join(', ')}, or a command instead`);
  return { signal: number };
}

function mapping(value: unknown, at: string, fields?: readonly string[]): JsonObject {
  if (!isObject(value)) throw new Error(`${at}: a mapping is expected`);
  const unknown = fields && Object.keys(value).find((key) => !fields.includes(key));
  if (unknown !== undefined) throw new Error(`${at}: there is no field ${JSON.stringify(unknown)}`);
  return value;
}

function list(value: unknown, at: string): readonly unknown[] {
  if (value === undefined || value === null) return [];
  if (!Array.isArray(value)) throw new Error(`${at}: a list is expected`);
  return value;
}

function text(value: unknown, at: string): string {
  if (typeof value !== 'string' || value === '') throw new Error(`${at}: a text is expected`);
  return value;
}

const texts = (value: unknown, at: string): string[] =>
  list(value, at).map((item, i) => text(item, `${at}[${i}]`));
