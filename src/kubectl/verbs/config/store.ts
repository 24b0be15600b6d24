// The kubeconfig files as the config verbs see and change them: the union of all files with paths as they are written, and changes that go
// into the file that an entry is from. New entries go into the first file that exists. Upstream: clientcmd's ModifyConfig.
import { existsSync, mkdirSync, realpathSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { dirname, isAbsolute, relative, resolve } from 'node:path';
import { emptyKubeconfig, type Kubeconfig, readKubeconfig } from '../../../client/kubeconfig/kubeconfig.ts';
import type { GlobalFlags } from '../../command/global-flags.ts';
import type { Io } from '../../io/io.ts';
import { toYaml } from '../../printers/yaml/write.ts';
import { configFiles } from '../../session/config-files.ts';
import { documentOf } from './document.ts';

export type Section = 'clusters' | 'contexts' | 'users';
export type Entry = Record<string, unknown>;
/** The key under which an entry stands beside its name. */
export const INNER = { clusters: 'cluster', contexts: 'context', users: 'user' } as const;

export class ConfigStore {
  readonly #paths: readonly string[];
  readonly #cwd: string;

  constructor(io: Pick<Io, 'env' | 'cwd'>, flags: Pick<GlobalFlags, 'kubeconfig'>) {
    this.#paths = configFiles(io, flags.kubeconfig).paths;
    this.#cwd = io.cwd;
  }

  /** The file that new entries and the current context go to, and that messages name. */
  get defaultFile(): string {
    return this.#paths.find((path) => existsSync(path)) ?? this.#paths.at(-1)!;
  }

  current(): string {
    for (const path of this.#paths) {
      const context = this.#read(path)['current-context'];
      if (context) return context;
    }
    return '';
  }

  /** By name, from the first file that has it. */
  entries(section: Section): Map<string, Entry> {
    const found = new Map<string, Entry>();
    for (const path of this.#paths)
      for (const [name, entry] of entriesOf(this.#read(path), section))
        if (!found.has(name)) found.set(name, entry);
    return found;
  }

  /** With `fromHere`, paths in the entry start from the current folder, and are kept relative to the file where they lie below it. */
  put(section: Section, name: string, entry: Entry, fromHere = true): void {
    const path = this.#originOf(section, name) ?? this.defaultFile;
    this.#change(path, (config) =>
      withEntry(config, section, name, fromHere ? this.#placed(entry, path) : entry),
    );
  }

  remove(section: Section, name: string): void {
    const path = this.#originOf(section, name);
    if (path !== undefined) this.#change(path, (config) => withEntry(config, section, name, undefined));
  }

  removeAll(section: Section): void {
    for (const path of this.#paths)
      if (existsSync(path)) this.#change(path, (config) => ({ ...config, [section]: [] }));
  }

  /** Everywhere when it is unset: another file's context would become current otherwise. */
  setCurrent(context: string): void {
    const holders = context === '' ? this.#paths.filter((path) => this.#read(path)['current-context']) : [];
    for (const path of context === '' ? holders : [this.defaultFile])
      this.#change(path, (config) => ({ ...config, 'current-context': context }));
  }

  #read(path: string): Kubeconfig {
    try {
      return readKubeconfig(path);
    } catch (error) {
      throw new Error(`error loading config file ${JSON.stringify(path)}: ${(error as Error).message}`);
    }
  }

  #originOf(section: Section, name: string): string | undefined {
    return this.#paths.find((path) => entriesOf(this.#read(path), section).has(name));
  }

  #placed(entry: Entry, path: string): Entry {
    const out: Entry = { ...entry };
    for (const field of ['certificate-authority', 'client-certificate', 'client-key']) {
      const given = out[field];
      if (typeof given !== 'string' || !isAbsolute(given)) continue;
      const below = relative(dirname(path), resolve(this.#cwd, given));
      if (!below.startsWith('..')) out[field] = below;
    }
    return out;
  }

  /** Under the lock that kubectl takes, whole or not at all; a link stays a link. */
  #change(path: string, change: (config: Kubeconfig) => Kubeconfig): void {
    const target = existsSync(path) ? realpathSync(path) : path;
    mkdirSync(dirname(target), { recursive: true, mode: 0o750 });
    const lock = `${path}.lock`;
    writeFileSync(lock, '', { flag: 'wx', mode: 0o600 });
    try {
      const partial = `${target}.${process.pid}.tmp`;
      const mode = existsSync(target) ? statSync(target).mode & 0o777 : 0o600;
      writeFileSync(partial, toYaml(documentOf(change(this.#read(path)))), { mode });
      renameSync(partial, target);
    } finally {
      rmSync(lock, { force: true });
    }
  }
}

function entriesOf(config: Kubeconfig, section: Section): Map<string, Entry> {
  const inner = INNER[section];
  return new Map(
    (config[section] as readonly Entry[]).map((one) => [String(one.name), (one[inner] ?? {}) as Entry]),
  );
}

/** Undefined takes the entry away. */
function withEntry(config: Kubeconfig, section: Section, name: string, entry: Entry | undefined): Kubeconfig {
  const others = (config[section] as readonly { name: string }[]).filter((one) => one.name !== name);
  const all = entry ? [...others, { name, [INNER[section]]: entry }] : others;
  return { ...config, [section]: all };
}

/** The union of the files as one configuration. */
export function unionOf(store: ConfigStore): Kubeconfig {
  const list = (section: Section) =>
    [...store.entries(section)].map(([name, entry]) => ({ name, [INNER[section]]: entry }));
  const config = { ...emptyKubeconfig(), 'current-context': store.current() };
  return Object.assign(config, {
    clusters: list('clusters'),
    contexts: list('contexts'),
    users: list('users'),
  });
}
