// Volumes whose files come from API objects: ConfigMaps, Secrets and the pod itself.
import { boolean, int32, list, type Of, ref, required, string, struct } from '../../../../schema/notation.ts';
import { ObjectFieldSelector, ResourceFieldSelector } from '../references.ts';

export const KeyToPath = struct(
  'io.k8s.api.core.v1.KeyToPath',
  {
    key: required(string(1, { doc: 'Key to select.', emit: 'always' })),
    mode: int32(3, {
      doc: 'Permission bits of the file. Defaults to the defaultMode of the volume.',
      emit: 'if-set',
    }),
    path: required(
      string(2, { doc: 'Path of the file relative to the root of the volume.', emit: 'always' }),
    ),
  },
  { doc: 'Maps a key to a file.' },
);
export interface KeyToPath extends Of<typeof KeyToPath> {}

export const ConfigMapVolumeSource = struct(
  'io.k8s.api.core.v1.ConfigMapVolumeSource',
  {
    defaultMode: int32(3, {
      doc: 'Permission bits of files that specify no mode of their own. Defaults to 0644.',
      assumed: 0o644,
      emit: 'if-set',
    }),
    items: list(2, KeyToPath, {
      doc: 'Keys to project, and the paths of their files. By default, all keys are projected.',
      listType: 'atomic',
    }),
    name: string(1, { doc: 'Name of the ConfigMap.', inline: [1] }),
    optional: boolean(4, { doc: 'Whether the object or its key may be missing.', emit: 'if-set' }),
  },
  { doc: 'Volume with a file for each key of a ConfigMap.' },
);
export interface ConfigMapVolumeSource extends Of<typeof ConfigMapVolumeSource> {}

export const SecretVolumeSource = struct(
  'io.k8s.api.core.v1.SecretVolumeSource',
  {
    defaultMode: int32(3, {
      doc: 'Permission bits of files that specify no mode of their own. Defaults to 0644.',
      assumed: 0o644,
      emit: 'if-set',
    }),
    items: list(2, KeyToPath, {
      doc: 'Keys to project, and the paths of their files. By default, all keys are projected.',
      listType: 'atomic',
    }),
    optional: boolean(4, { doc: 'Whether the object or its key may be missing.', emit: 'if-set' }),
    secretName: string(1, { doc: 'Name of the Secret.' }),
  },
  { doc: 'Volume with a file for each key of a Secret.' },
);
export interface SecretVolumeSource extends Of<typeof SecretVolumeSource> {}

export const DownwardAPIVolumeFile = struct(
  'io.k8s.api.core.v1.DownwardAPIVolumeFile',
  {
    fieldRef: ref(2, ObjectFieldSelector, { doc: 'Field of the pod to write to the file.', emit: 'if-set' }),
    mode: int32(4, {
      doc: 'Permission bits of the file. Defaults to the defaultMode of the volume.',
      emit: 'if-set',
    }),
    path: required(
      string(1, {
        doc: "Path of the file relative to the root of the volume. It must not contain '..'.",
        emit: 'always',
      }),
    ),
    resourceFieldRef: ref(3, ResourceFieldSelector, {
      doc: 'Resource limit or request of a container to write to the file.',
      emit: 'if-set',
    }),
  },
  { doc: 'File with a field of the pod or a resource of a container.' },
);
export interface DownwardAPIVolumeFile extends Of<typeof DownwardAPIVolumeFile> {}

export const DownwardAPIVolumeSource = struct(
  'io.k8s.api.core.v1.DownwardAPIVolumeSource',
  {
    defaultMode: int32(2, {
      doc: 'Permission bits of files that specify no mode of their own. Defaults to 0644.',
      assumed: 0o644,
      emit: 'if-set',
    }),
    items: list(1, DownwardAPIVolumeFile, { doc: 'Files to create.', listType: 'atomic' }),
  },
  { doc: 'Volume with files that contain fields of the pod.' },
);
export interface DownwardAPIVolumeSource extends Of<typeof DownwardAPIVolumeSource> {}
