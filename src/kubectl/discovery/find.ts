// Which resource a word means: `po`, `pods`, `Pod`, `deployments.apps`, `deploy.v1.apps`, `pods.v1.`. Pure; mapper.ts asks anew when nothing is
// found. The rules are those of apimachinery's RESTMappers and of kubectl's short names.
import type { Mapping } from './served.ts';

interface Wanted {
  readonly resource: string;
  readonly group: string;
  /** Any version when empty. */
  readonly version: string;
}

export interface Found {
  readonly mapping: Mapping;
  /** Other resources that the same short name means, as `resource.group`. */
  readonly alsoMeant: readonly string[];
}

/** `all` is in the server's order of priority, preferred versions first. */
export function findMapping(all: readonly Mapping[], word: string): Found | undefined {
  for (const wanted of readings(word)) {
    const found = byResource(all, wanted);
    if (found) return found;
  }
  for (const { resource: kind, group, version } of readings(word)) {
    const mapping = all.find(
      (one) => isKind(one, kind) && one.group === group && (!version || one.version === version),
    );
    if (mapping) return { mapping, alsoMeant: [] };
  }
  const first = word.split('.')[0]!;
  const mapping = word.includes('.') ? undefined : all.find((one) => isKind(one, first));
  return mapping && { mapping, alsoMeant: [] };
}

/** A kind may also be written in small letters, which matters where its resource is called otherwise. */
const isKind = ({ kind }: Mapping, word: string): boolean => kind === word || kind.toLowerCase() === word;

/** `a.b.c` is resource a, version b, group c, or else resource a of the group b.c. */
function readings(word: string): Wanted[] {
  const [resource = '', version, ...group] = word.split('.');
  const out: Wanted[] = [];
  if (group.length > 0) out.push({ resource, version: version!, group: group.join('.') });
  const dot = word.indexOf('.');
  out.push(
    dot < 0
      ? { resource: word, group: '', version: '' }
      : { resource: word.slice(0, dot), group: word.slice(dot + 1), version: '' },
  );
  return out;
}

function byResource(all: readonly Mapping[], wanted: Wanted): Found | undefined {
  const name = wanted.resource.toLowerCase();
  const full = all.some(
    (one) =>
      (!wanted.group || one.group === wanted.group) &&
      (one.resource === wanted.resource || one.singular === wanted.resource),
  );
  if (!full) {
    const meant = shortNamed(all, wanted);
    const [first, ...others] = meant;
    if (first) {
      const mapping = matching(all, { ...wanted, resource: first.resource, group: first.group });
      return (
        mapping && {
          mapping,
          alsoMeant: others.map((one) => (one.group ? `${one.resource}.${one.group}` : one.resource)),
        }
      );
    }
  }
  const mapping = matching(all, { ...wanted, resource: name });
  return mapping && { mapping, alsoMeant: [] };
}

/** The resources with that short name, each once: of the group, of any group, or of one whose name begins so. */
function shortNamed(all: readonly Mapping[], { resource, group }: Wanted): Mapping[] {
  const named = all.filter(({ shortNames }) => shortNames.includes(resource));
  const exact = named.filter((one) => !group || one.group === group);
  const chosen = exact.length > 0 ? exact : named.filter((one) => one.group.startsWith(group)).slice(0, 1);
  return chosen.filter(
    (one, i) =>
      chosen.findIndex((other) => other.group === one.group && other.resource === one.resource) === i,
  );
}

/** By plural or singular; the group exactly, or else as the beginning of a group's name. */
function matching(all: readonly Mapping[], { resource, group, version }: Wanted): Mapping | undefined {
  const named = all.filter(
    (one) =>
      (one.resource === resource || one.singular === resource) && (!version || one.version === version),
  );
  if (!group) return named.find((one) => !version || one.group === '') ?? (version ? undefined : named[0]);
  return named.find((one) => one.group === group) ?? named.find((one) => one.group.startsWith(group));
}
