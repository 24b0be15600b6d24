// The objects that a verb changes, from its words, files and selectors. Called by the verbs that change objects.
import type { Context } from '../command/command.ts';
import { findResources, type Resources } from '../resources/find-resources.ts';
import type { ResourceQuery } from '../resources/query.ts';

export interface FilenameFlags {
  readonly filename: readonly string[];
  readonly kustomize: string;
  readonly recursive: boolean;
}

export const filesOf = ({ filename, kustomize, recursive }: FilenameFlags) => ({
  filename,
  kustomize,
  recursive,
});

export const hasFiles = ({ filename, kustomize }: FilenameFlags): boolean =>
  filename.length > 0 || kustomize !== '';

type Around = Pick<Context, 'session' | 'io'>;

/** In the namespace of the command; all errors at the end; Lists taken apart. */
export async function targetsOf(
  { session, io }: Around,
  query: Omit<ResourceQuery, 'namespace'>,
): Promise<Resources> {
  const { namespace, explicit } = await session.namespace();
  return findResources(session, io, {
    namespace,
    enforceNamespace: explicit,
    continueOnError: true,
    flatten: true,
    ...query,
  });
}

export const LOCAL_AND_SERVER =
  'cannot specify --local and --dry-run=server - did you mean --dry-run=client?';
export const ALL_AND_SELECTOR = 'cannot set --all and --selector at the same time';
export const NO_RESOURCES =
  'one or more resources must be specified as <resource> <name> or <resource>/<name>';
