// The Secret that a VolumeSnapshotClass names by templates. Pure. Upstream: GetSecretReference in pkg/utils/util.go of external-snapshotter.
import type { SecretReference } from '../../kinds/core/v1/references.ts';
import { resolveNamespace, resolveSecret } from '../secret-templates.ts';

const SECRETS = {
  Snapshotter: 'csi.storage.k8s.io/snapshotter-secret',
  SnapshotterList: 'csi.storage.k8s.io/snapshotter-list-secret',
} as const;

/** What templates may name; of a content alone, its snapshot is not known. */
export interface Names {
  readonly content: string;
  readonly snapshot?: { readonly namespace: string; readonly name: string };
}

/** Undefined if the class names no secret. The namespace does not depend on the snapshot's name, which a user chooses. */
export function secretOf(
  purpose: keyof typeof SECRETS,
  parameters: Readonly<Record<string, string>>,
  { content, snapshot }: Names,
): Required<SecretReference> | undefined {
  const name = parameters[`${SECRETS[purpose]}-name`];
  const namespace = parameters[`${SECRETS[purpose]}-namespace`];
  const incomplete = (text: string) =>
    new Error(`failed to get name and namespace template from params: ${text}`);
  if (name === undefined && namespace === undefined) return undefined;
  if (name === undefined || namespace === undefined)
    throw incomplete(`either name and namespace for ${purpose} secrets specified, Both must be specified`);
  if (!name || !namespace)
    throw incomplete(
      `${purpose} secrets specified in parameters but value of either namespace or name is empty`,
    );
  const known = {
    'volumesnapshotcontent.name': content,
    ...(snapshot && { 'volumesnapshot.namespace': snapshot.namespace }),
  };
  const more = snapshot && { 'volumesnapshot.name': snapshot.name };
  return {
    namespace: resolveNamespace(namespace, known),
    name: resolveSecret(name, { ...known, ...more }),
  };
}
