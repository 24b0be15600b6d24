// The Secret that a VolumeSnapshotClass names by templates. Pure. Upstream: GetSecretReference in pkg/utils/util.go of external-snapshotter.
import { own } from '../../../kit/own.ts';
import type { SecretReference } from '../../kinds/core/v1/references.ts';
import { isDNS1123Label, isDNS1123Subdomain } from '../../validation/names.ts';

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
    namespace: resolved(namespace, known, isDNS1123Label, 'namespace name'),
    name: resolved(name, { ...known, ...more }, isDNS1123Subdomain, 'secret name'),
  };
}

function resolved(
  template: string,
  values: Readonly<Record<string, string>>,
  complaints: (text: string) => readonly string[],
  what: string,
): string {
  const unknown = new Set<string>();
  const text = template.replace(/\$\{([^${}]*)\}/g, (_, name: string) => {
    const value = own(values, name);
    if (value === undefined) unknown.add(name);
    return value ?? '';
  });
  const quoted = JSON.stringify(template);
  if (unknown.size > 0) {
    const tokens = [...unknown].sort().map((token) => JSON.stringify(token));
    throw new Error(`error resolving value ${quoted}: invalid tokens: [${tokens.join(' ')}]`);
  }
  if (complaints(text).length === 0) return text;
  throw new Error(
    text === template
      ? `${quoted} is not a valid ${what}`
      : `${quoted} resolved to ${JSON.stringify(text)} which is not a valid ${what}`,
  );
}
