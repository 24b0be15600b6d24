// What HAProxy does with the map files of a model, for tests of the semantics of routes without HAProxy: config.ts has the same steps.
// test/e2e/ingress.test.ts shows that HAProxy agrees.
import type { DoorModel } from '../model/model.ts';
import { ANY_HOST, mapsOf } from './maps.ts';

/** The backend, or the first of a choice's names; undefined when there is none. */
export function lookUp(model: DoorModel, authority: string, path: string): string | undefined {
  const maps = mapsOf(model);
  const [hosts, exact, prefix] = [maps.hosts, maps.exact, maps.prefix].map(entriesOf) as [
    Lines,
    Lines,
    Lines,
  ];
  const host = authority.split(':')[0]!.toLowerCase();
  const wildcard = host.replace(/^[^.]*/, '*');
  const name = hosts.get(host) ?? hosts.get(wildcard) ?? ANY_HOST;
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
