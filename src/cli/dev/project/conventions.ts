// Which recipe builds which image, where tiphys-dev.yaml does not say it. Pure; called by load.ts.
import { UserError } from '../../../cluster/progress.ts';
import { repositoryOf } from './images.ts';

/** A directory with something that an image is made of. */
export interface Candidate {
  /** Relative to the project; empty for the project itself. */
  readonly directory: string;
  /** What an Imagefile names its image. */
  readonly image?: string;
}

/** The last name of an image or of a directory. */
const lastName = (path: string): string => path.slice(path.lastIndexOf('/') + 1);

/**
 * The image that a candidate makes: the one that its Imagefile names; else the one of the manifests whose last name is the
 * directory's; else, for the project's own directory, the only image that nothing else makes. Undefined when there is none.
 */
export function imageFor(
  candidate: Candidate,
  projectName: string,
  wanted: readonly string[],
  others: ReadonlySet<string>,
): string | undefined {
  if (candidate.image !== undefined) return candidate.image;
  const free = [...new Set(wanted.map(repositoryOf))].filter((image) => !others.has(image));
  const name = candidate.directory === '' ? projectName : lastName(candidate.directory);
  const named = free.filter((image) => lastName(image) === name);
  if (named.length === 1) return named[0];
  if (candidate.directory !== '' || named.length > 1) return undefined;
  if (free.length === 1) return free[0];
  if (free.length === 0) return undefined;
  throw new UserError(
    `which of these images does this directory make: ${free.join(', ')}? Say it in tiphys-dev.yaml (images: [{image: …, build: .}])`,
  );
}
