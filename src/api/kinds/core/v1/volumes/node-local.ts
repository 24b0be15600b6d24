// Volumes on the node itself: its directories and disks, memory, and images it has pulled.
import { type Of, quantity, required, string, struct } from '../../../../schema/notation.ts';

export const EmptyDirVolumeSource = struct(
  'io.k8s.api.core.v1.EmptyDirVolumeSource',
  {
    medium: string(1, { doc: 'Memory keeps it in RAM; the default is disk.' }),
    sizeLimit: quantity(2, { doc: 'How much it may hold.', emit: 'if-set' }),
  },
  { doc: 'An empty directory that lives as long as the pod.' },
);
export interface EmptyDirVolumeSource extends Of<typeof EmptyDirVolumeSource> {}

export const HostPathVolumeSource = struct(
  'io.k8s.api.core.v1.HostPathVolumeSource',
  {
    path: required(string(1, { doc: 'The path on the node.', emit: 'always' })),
    type: string(2, {
      doc: 'What must be there, or is to be made: Directory, DirectoryOrCreate, File, FileOrCreate, Socket and so on.',
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
  { doc: 'A file or directory of the node.' },
);
export interface HostPathVolumeSource extends Of<typeof HostPathVolumeSource> {}

export const LocalVolumeSource = struct(
  'io.k8s.api.core.v1.LocalVolumeSource',
  {
    fsType: string(2, {
      doc: 'The file system to mount or make, such as ext4; the plugin chooses when absent.',
      emit: 'if-set',
    }),
    path: required(
      string(1, { doc: 'Where it lies on the node: a directory or block device.', emit: 'always' }),
    ),
  },
  { doc: 'A disk or directory of one node.' },
);
export interface LocalVolumeSource extends Of<typeof LocalVolumeSource> {}

export const GitRepoVolumeSource = struct(
  'io.k8s.api.core.v1.GitRepoVolumeSource',
  {
    directory: string(3, { doc: 'Where to clone to; a directory named like the repository when absent.' }),
    repository: required(string(1, { doc: 'The URL of the repository.', emit: 'always' })),
    revision: string(2, { doc: "The commit to check out; the repository's head when absent." }),
  },
  { doc: 'A directory filled from a git repository; deprecated.' },
);
export interface GitRepoVolumeSource extends Of<typeof GitRepoVolumeSource> {}

export const ImageVolumeSource = struct(
  'io.k8s.api.core.v1.ImageVolumeSource',
  {
    pullPolicy: string(2, {
      doc: 'When to pull: Always, IfNotPresent or Never; chosen by the tag when absent.',
      enum: ['Always', 'IfNotPresent', 'Never'],
    }),
    reference: string(1, { doc: 'The image to mount, named as for a container.' }),
  },
  { doc: 'The files of an image, mounted read-only.' },
);
export interface ImageVolumeSource extends Of<typeof ImageVolumeSource> {}
