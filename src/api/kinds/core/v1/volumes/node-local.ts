// Volumes on the node itself: its directories and disks, memory, and images it has pulled.
import { type Of, quantity, required, string, struct } from '../../../../schema/notation.ts';

export const EmptyDirVolumeSource = struct(
  'io.k8s.api.core.v1.EmptyDirVolumeSource',
  {
    medium: string(1, { doc: 'Storage medium: empty for that of the node, or Memory.' }),
    sizeLimit: quantity(2, { doc: 'Maximum amount of storage that the volume may use.', emit: 'if-set' }),
  },
  { doc: 'Empty directory that shares the lifetime of the pod.' },
);
export interface EmptyDirVolumeSource extends Of<typeof EmptyDirVolumeSource> {}

export const HostPathVolumeSource = struct(
  'io.k8s.api.core.v1.HostPathVolumeSource',
  {
    path: required(string(1, { doc: 'Path on the node.', emit: 'always' })),
    type: string(2, {
      doc: 'Type of the path, which is checked or created: Directory, DirectoryOrCreate, File, FileOrCreate, Socket and others.',
      assumed: '',
      enum: [
        '',
        'BlockDevice',
        'CharDevice',
        'Directory',
        'DirectoryOrCreate',
        'File',
        'FileOrCreate',
        'Socket',
      ],
      emit: 'if-set',
    }),
  },
  { doc: 'File or directory on the node.' },
);
export interface HostPathVolumeSource extends Of<typeof HostPathVolumeSource> {}

export const LocalVolumeSource = struct(
  'io.k8s.api.core.v1.LocalVolumeSource',
  {
    fsType: string(2, {
      doc: 'File system type, such as ext4. By default, the volume plugin chooses it.',
      emit: 'if-set',
    }),
    path: required(string(1, { doc: 'Path of the directory or block device on the node.', emit: 'always' })),
  },
  { doc: 'Directory or device that is attached to a single node.' },
);
export interface LocalVolumeSource extends Of<typeof LocalVolumeSource> {}

export const GitRepoVolumeSource = struct(
  'io.k8s.api.core.v1.GitRepoVolumeSource',
  {
    directory: string(3, { doc: 'Directory to clone into. Defaults to the name of the repository.' }),
    repository: required(string(1, { doc: 'URL of the repository.', emit: 'always' })),
    revision: string(2, { doc: 'Commit to check out. Defaults to the head of the repository.' }),
  },
  { doc: 'Deprecated: directory that is filled from a Git repository.' },
);
export interface GitRepoVolumeSource extends Of<typeof GitRepoVolumeSource> {}

export const ImageVolumeSource = struct(
  'io.k8s.api.core.v1.ImageVolumeSource',
  {
    pullPolicy: string(2, {
      doc: 'When to pull the image: Always, IfNotPresent or Never. Defaults to Always for the tag :latest, else IfNotPresent.',
      enum: ['Always', 'IfNotPresent', 'Never'],
    }),
    reference: string(1, { doc: 'Image reference, in the same form as for containers.' }),
  },
  { doc: 'Read-only volume with the contents of an image.' },
);
export interface ImageVolumeSource extends Of<typeof ImageVolumeSource> {}
