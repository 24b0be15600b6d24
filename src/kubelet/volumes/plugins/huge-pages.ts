// emptyDirs with medium HugePages or HugePages-<size>: which size of pages the volume is made of. Pure; called by empty-dir.ts.
// Upstream: getPageSizeMountOption in pkg/volume/emptydir.
import { containersOf, type Pod } from '../../pod.ts';

const MEDIUM = 'HugePages';
const RESOURCE = 'hugepages-';

export const isHugePages = (medium: string | undefined): boolean => medium?.startsWith(MEDIUM) ?? false;

/** As the resource spells it, such as 2Mi. Throws when the pod requests no such pages, or not only one size of them. */
export function pageSize(pod: Pod, medium: string): string {
  const requested = new Set(
    containersOf(pod).flatMap(({ spec: { resources = {} } }) =>
      Object.keys({ ...resources.limits, ...resources.requests })
        .filter((name) => name.startsWith(RESOURCE))
        .map((name) => name.slice(RESOURCE.length)),
    ),
  );
  if (requested.size === 0)
    throw new Error('hugePages storage requested, but there is no resource request for huge pages.');
  const wanted = medium === MEDIUM ? undefined : medium.slice(MEDIUM.length + 1);
  if (wanted === undefined && requested.size > 1)
    throw new Error(`medium: ${MEDIUM} can only be used if container requests use only one page size`);
  const size = wanted ?? [...requested][0]!;
  if (!requested.has(size)) throw new Error(`medium: ${medium} has a page size that no container requests`);
  return size;
}
