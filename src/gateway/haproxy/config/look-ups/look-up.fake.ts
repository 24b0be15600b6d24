// What HAProxy does with the map files of a model, for tests of the semantics of routes without HAProxy: frontends.ts has the same steps.
// test/e2e/door-model.test.ts shows that HAProxy agrees.
import type { DoorModel } from '../../../model/model.ts';
import { INGRESS, requestScopes } from '../scopes.ts';
import { Choices } from './choices.ts';
import { patternsOf } from './hosts.ts';
import { mapsOf } from './maps.ts';

/** The backend, or the name of a choice; undefined when there is none. `scope`: name of an entrance. */
export function lookUp(
  model: DoorModel,
  authority: string,
  path: string,
  scope = INGRESS,
): string | undefined {
  const maps = mapsOf(requestScopes(model), new Choices());
  const [hosts, exact, prefix] = [maps.hosts, maps.exact, maps.prefix].map(entriesOf) as [
    Lines,
    Lines,
    Lines,
  ];
  const host = authority.split(':')[0]!.toLowerCase();
  const pattern = patternsOf(host).find((one) => hosts.has(`${scope}/${one}`));
  if (pattern === undefined) return undefined;
  const name = hosts.get(`${scope}/${pattern}`);
  const decoded = decodeURIComponent(path).replace(/\/+/g, '/');
  const longest = [...prefix.keys()]
    .filter((key) => `${name}${decoded}/`.startsWith(key))
    .sort((a, b) => b.length - a.length)[0];
  return exact.get(`${name}${decoded}`) ?? (longest && prefix.get(longest));
}

type Lines = ReadonlyMap<string, string>;

const entriesOf = (text: string): Lines =>
  new Map(
    text
      .split('\n')
      .filter(Boolean)
      .map((line) => line.split(' ') as [string, string]),
  );
