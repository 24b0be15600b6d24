// Volumes whose files come from API objects: ConfigMaps, Secrets and the pod itself.
import { boolean, int32, list, type Of, ref, required, string, struct } from '../../../../schema/notation.ts';
import { ObjectFieldSelector, ResourceFieldSelector } from '../references.ts';

export const KeyToPath = struct(
  'io.k8s.api.core.v1.KeyToPath',
  {
    key: required(string(1, { doc: 'The key.', emit: 'always' })),
    mode: int32(3, { doc: 'The mode of the file.', emit: 'if-set' }),
    path: required(string(2, { doc: 'Where the file appears.', emit: 'always' })),
  },
  { doc: 'One key and its file.' },
);
export interface KeyToPath extends Of<typeof KeyToPath> {}

export const ConfigMapVolumeSource = struct(
  'io.k8s.api.core.v1.ConfigMapVolumeSource',
  {
    defaultMode: int32(3, { doc: 'The mode of the files.', assumed: 0o644, emit: 'if-set' }),
    items: list(2, KeyToPath, { doc: 'Only these keys, at these paths.', listType: 'atomic' }),
    name: string(1, { doc: 'The name of the config map.', inline: [1] }),
    optional: boolean(4, { doc: 'Go on if it does not exist.', emit: 'if-set' }),
  },
  { doc: 'The keys of a config map as files.' },
);
export interface ConfigMapVolumeSource extends Of<typeof ConfigMapVolumeSource> {}

export const SecretVolumeSource = struct(
  'io.k8s.api.core.v1.SecretVolumeSource',
  {
    defaultMode: int32(3, { doc: 'The mode of the files.', assumed: 0o644, emit: 'if-set' }),
    items: list(2, KeyToPath, { doc: 'Only these keys, at these paths.', listType: 'atomic' }),
    optional: boolean(4, { doc: 'Go on if it does not exist.', emit: 'if-set' }),
    secretName: string(1, { doc: 'The name of the secret.' }),
  },
  { doc: 'The keys of a secret as files.' },
);
export interface SecretVolumeSource extends Of<typeof SecretVolumeSource> {}

export const DownwardAPIVolumeFile = struct(
  'io.k8s.api.core.v1.DownwardAPIVolumeFile',
  {
    fieldRef: ref(2, ObjectFieldSelector, { doc: 'Which field of the pod to tell.', emit: 'if-set' }),
    mode: int32(4, {
      doc: "The file's permission bits; the volume's defaultMode when absent.",
      emit: 'if-set',
    }),
    path: required(
      string(1, { doc: "Where the file lies, relative to the volume, without '..'.", emit: 'always' }),
    ),
    resourceFieldRef: ref(3, ResourceFieldSelector, {
      doc: 'Which request or limit of a container to tell.',
      emit: 'if-set',
    }),
  },
  { doc: 'One file that tells a fact about the pod.' },
);
export interface DownwardAPIVolumeFile extends Of<typeof DownwardAPIVolumeFile> {}

export const DownwardAPIVolumeSource = struct(
  'io.k8s.api.core.v1.DownwardAPIVolumeSource',
  {
    defaultMode: int32(2, {
      doc: 'Permission bits of files that set no mode of their own; 0644 when absent.',
      assumed: 0o644,
      emit: 'if-set',
    }),
    items: list(1, DownwardAPIVolumeFile, { doc: 'The files and what each one tells.', listType: 'atomic' }),
  },
  { doc: 'Facts about the pod as files.' },
);
export interface DownwardAPIVolumeSource extends Of<typeof DownwardAPIVolumeSource> {}
