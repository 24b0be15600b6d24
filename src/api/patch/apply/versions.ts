// Owners whose fields are those of another version: what changed is compared in that version. The rules are written as generators
// that ask for objects in other versions; conversion may take a webhook, so that only then the result is a promise.
// Upstream: Converter in sigs.k8s.io/structured-merge-diff/merge, versionconverter.go in apimachinery/pkg/util/managedfields.
import type { Pace } from '../../../kit/clock.ts';
import type { AnyResource, KubeObject } from '../../meta/v1/resource.ts';
import type { Comparison } from './compare.ts';
import type { Owner } from './managed.ts';

/** The versions in which objects of a kind are served. */
export interface Converter {
  /** Of an apiVersion; undefined if there is none, or none any more. */
  kindOf(apiVersion: string): AnyResource | undefined;
  /** A new object, which may share parts with `object`. */
  convert(object: KubeObject, to: AnyResource): KubeObject | Promise<KubeObject>;
}

interface Wanted {
  readonly object: KubeObject;
  readonly apiVersion: string;
}

export interface InVersion {
  readonly kind: AnyResource;
  readonly object: KubeObject;
}

/** What yields nothing is a place where long work may rest. */
export type Steps<T> = Generator<Wanted | undefined, T, InVersion | undefined>;

/** The object in a version; undefined if the version is unknown. */
export function* inVersion(object: KubeObject, apiVersion: string): Steps<InVersion | undefined> {
  return yield { object, apiVersion };
}

/** Without a converter no other version is known; without a pace there is no rest. */
export function run<T>(
  steps: Steps<T>,
  converter: Converter | undefined,
  pace?: Pace,
  answer?: InVersion,
): T | Promise<T> {
  let step = steps.next(answer);
  while (!step.done) {
    if (!step.value) {
      const rest = pace?.rest();
      if (rest) return rest.then(() => run(steps, converter, pace));
      step = steps.next(undefined);
      continue;
    }
    const { object, apiVersion } = step.value;
    const kind = converter?.kindOf(apiVersion);
    const made = kind && converter?.convert(object, kind);
    if (made instanceof Promise)
      return made.then((converted) => run(steps, converter, pace, { kind: kind!, object: converted }));
    step = steps.next(kind && made && { kind, object: made });
  }
  return step.value;
}

/** What changed, by apiVersion; undefined for versions that are unknown. */
export type Changes = ReadonlyMap<string, Comparison | undefined>;

export const otherVersions = (owners: readonly Owner[], own: string): string[] => [
  ...new Set(owners.map(({ apiVersion }) => apiVersion).filter((version) => version !== own)),
];
