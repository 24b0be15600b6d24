// From words and kinds to resources of the server. Where the cached discovery knows no answer, the server is asked once more.
import { NoMatchError } from '../errors/errors.ts';
import { type Discovery, mappingsOf } from './discovery.ts';
import { findMapping } from './find.ts';
import type { Mapping } from './served.ts';

export class Mapper {
  readonly #discovery: Discovery;
  readonly #warn: (text: string) => void;
  readonly #warned = new Set<string>();
  #all: Promise<Mapping[]> | undefined;

  constructor(discovery: Discovery, warn: (text: string) => void) {
    this.#discovery = discovery;
    this.#warn = warn;
  }

  /** Every resource of every version; see mappingsOf for the order. */
  all(): Promise<Mapping[]> {
    this.#all ??= this.#discovery.served().then(mappingsOf);
    return this.#all;
  }

  /** What `find` looks for; asks the server once more when it is not there. */
  async #retrying<T>(find: (all: readonly Mapping[]) => T | undefined): Promise<T | undefined> {
    const found = find(await this.all());
    if (found !== undefined || this.#discovery.fresh) return found;
    this.#all = this.#discovery.renewed().then(mappingsOf);
    return find(await this.#all);
  }

  /** `po`, `pods`, `Pod`, `deployments.v1.apps`, …: throws `the server doesn't have a resource type "x"`. */
  async find(word: string): Promise<Mapping> {
    const found = await this.#retrying((all) => findMapping(all, word));
    if (!found)
      throw new NoMatchError(`the server doesn't have a resource type ${JSON.stringify(word.split('.')[0])}`);
    for (const other of found.alsoMeant) {
      const text = `short name ${JSON.stringify(word.split('.')[0])} could also match lower priority resource ${other}`;
      if (!this.#warned.has(text)) this.#warn(text);
      this.#warned.add(text);
    }
    return found.mapping;
  }

  /** The resource of a kind; of the preferred version when none is said. Throws `no matches for kind …`. */
  async ofKind(group: string, kind: string, version?: string): Promise<Mapping> {
    const found = await this.#retrying((all) =>
      all.find((one) => one.group === group && one.kind === kind && (!version || one.version === version)),
    );
    if (found) return found;
    throw new NoMatchError(
      version
        ? `no matches for kind ${JSON.stringify(kind)} in version ${JSON.stringify(group ? `${group}/${version}` : version)}`
        : `no matches for kind ${JSON.stringify(kind)} in group ${JSON.stringify(group)}`,
    );
  }

  /** The resources of a category such as `all`, as words that `find` takes; undefined when there is no such category. */
  async category(name: string): Promise<string[] | undefined> {
    const words = (await this.all())
      .filter(({ categories }) => categories.includes(name))
      .map(({ group, resource }) => (group ? `${resource}.${group}` : resource));
    return words.length > 0 ? [...new Set(words)] : undefined;
  }
}
