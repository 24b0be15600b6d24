// Which built-in resources are served: stable versions unless --runtime-config turns them off, others only when it turns them on.
// Upstream: staging/src/k8s.io/apiserver/pkg/server/resourceconfig/helpers.go and …/options/api_enablement.go.
import { parseBool } from '../features/feature-gates.ts';
import type { AnyResource } from '../meta/v1/resource.ts';

type Names = Pick<AnyResource['resource'], 'group' | 'version' | 'plural'>;

const STABLE = /^v[0-9]+$/;
/** In the order in which they apply. */
const WHOLE: readonly (readonly [string, RegExp])[] = [
  ['api/all', /^/],
  ['api/ga', STABLE],
  ['api/beta', /^v[0-9]+beta[0-9]+$/],
  ['api/alpha', /^v[0-9]+alpha[0-9]+$/],
];

export class RuntimeConfig {
  readonly #settings: ReadonlyMap<string, string>;

  /** Throws what upstream says about a value that is wrong. `kinds`: all that could be served. */
  constructor(flag: string, kinds: readonly AnyResource[]) {
    this.#settings = parse(flag);
    if (this.#settings.size === 1 && this.#settings.get('api/all') === 'false')
      throw new Error('invalid runtime-config with only api/all=false');
    const known = new Set(kinds.map(({ resource }) => versionKey(resource)));
    for (const key of this.#settings.keys()) this.#check(key, known);
  }

  serves(resource: Names): boolean {
    const version = versionKey(resource);
    return (
      this.#setting(`${version}/${resource.plural}`) ??
      this.#setting(version) ??
      this.#wholeSetting(resource.version) ??
      STABLE.test(resource.version)
    );
  }

  #wholeSetting(version: string): boolean | undefined {
    const named = WHOLE.filter(([name, shape]) => this.#settings.has(name) && shape.test(version));
    const last = named.at(-1);
    return last && this.#setting(last[0]);
  }

  #setting(key: string): boolean | undefined {
    const text = this.#settings.get(key);
    return text === undefined ? undefined : text === '' || parseBool(key, text);
  }

  #check(key: string, known: ReadonlySet<string>): void {
    if (WHOLE.some(([name]) => name === key)) {
      const text = this.#settings.get(key);
      if (text !== 'true' && text !== 'false') throw new Error(`invalid value ${key}=${text}`);
      return;
    }
    const [group = '', version = '', plural, ...more] = versioned(key).split('/');
    if (version === '' || more.length > 0) throw new Error(`runtime-config invalid key ${key}`);
    if (!known.has(`${group}/${version}`))
      throw new Error(`group version ${group}/${version} that has not been registered`);
    if (plural !== undefined && plural !== plural.toLowerCase())
      throw new Error(
        `invalid key ${key}: group/version/resource and resource is always lowercase plural, not ${JSON.stringify(plural)}`,
      );
    this.#setting(key);
  }
}

const versionKey = ({ group, version }: Pick<Names, 'group' | 'version'>): string => `${group}/${version}`;

/** The core group has no name: `v1` and `v1/pods` there. */
const versioned = (key: string): string => (/^v[0-9]/.test(key) ? `/${key}` : key);

/** `apps/v1=true,api/beta=true`; a key alone stands for true. */
function parse(flag: string): Map<string, string> {
  const settings = new Map<string, string>();
  for (const part of flag.split(',').map((text) => text.trim())) {
    if (part === '') continue;
    const at = part.indexOf('=');
    const key = at < 0 ? part : part.slice(0, at).trim();
    const whole = WHOLE.some(([name]) => name === key);
    settings.set(whole ? key : versioned(key), at < 0 ? (whole ? 'true' : '') : part.slice(at + 1).trim());
  }
  return settings;
}
