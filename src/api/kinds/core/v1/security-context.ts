import {
  boolean,
  int64,
  list,
  type Of,
  ref,
  required,
  string,
  struct,
  text,
  whole64,
} from '../../../schema/notation.ts';

export const AppArmorProfile = struct(
  'io.k8s.api.core.v1.AppArmorProfile',
  {
    localhostProfile: string(2, {
      doc: 'Name of a profile that is loaded on the node. Required if type is Localhost.',
      emit: 'if-set',
    }),
    type: required(
      string(1, {
        doc: 'Type of the profile: Localhost, RuntimeDefault or Unconfined.',
        enum: ['Localhost', 'RuntimeDefault', 'Unconfined'],
        emit: 'always',
      }),
    ),
  },
  { doc: 'AppArmor profile of a pod or container.' },
);
export interface AppArmorProfile extends Of<typeof AppArmorProfile> {}

export const Capabilities = struct(
  'io.k8s.api.core.v1.Capabilities',
  {
    add: list(1, text, { doc: 'Capabilities to add.', listType: 'atomic' }),
    drop: list(2, text, { doc: 'Capabilities to remove. ALL removes all of them.', listType: 'atomic' }),
  },
  { doc: 'Linux capabilities to add and remove.' },
);
export interface Capabilities extends Of<typeof Capabilities> {}

export const SELinuxOptions = struct(
  'io.k8s.api.core.v1.SELinuxOptions',
  {
    level: string(4, { doc: 'SELinux level label.' }),
    role: string(2, { doc: 'SELinux role label.' }),
    type: string(3, { doc: 'SELinux type label.' }),
    user: string(1, { doc: 'SELinux user label.' }),
  },
  { doc: 'SELinux labels of a pod or container.' },
);
export interface SELinuxOptions extends Of<typeof SELinuxOptions> {}

export const SeccompProfile = struct(
  'io.k8s.api.core.v1.SeccompProfile',
  {
    localhostProfile: string(2, {
      doc: 'Path of a profile on the node. Required if type is Localhost.',
      emit: 'if-set',
    }),
    type: required(
      string(1, {
        doc: 'Type of the profile: RuntimeDefault, Unconfined or Localhost.',
        enum: ['Localhost', 'RuntimeDefault', 'Unconfined'],
        emit: 'always',
      }),
    ),
  },
  { doc: 'Seccomp profile of a pod or container.' },
);
export interface SeccompProfile extends Of<typeof SeccompProfile> {}

export const Sysctl = struct(
  'io.k8s.api.core.v1.Sysctl',
  {
    name: required(string(1, { doc: 'Name of the parameter, such as net.core.somaxconn.', emit: 'always' })),
    value: required(string(2, { doc: 'Value of the parameter.', emit: 'always' })),
  },
  { doc: 'Kernel parameter to set in the namespaces of the pod.' },
);
export interface Sysctl extends Of<typeof Sysctl> {}

export const WindowsSecurityContextOptions = struct(
  'io.k8s.api.core.v1.WindowsSecurityContextOptions',
  {
    gmsaCredentialSpec: string(2, {
      doc: 'Contents of the GMSA credential spec, usually filled in by a webhook.',
      emit: 'if-set',
    }),
    gmsaCredentialSpecName: string(1, { doc: 'Name of the GMSA credential spec.', emit: 'if-set' }),
    hostProcess: boolean(4, {
      doc: 'Whether the container runs as a HostProcess container. All containers of a pod must agree.',
      emit: 'if-set',
    }),
    runAsUserName: string(3, {
      doc: 'User name to run the entrypoint as. Defaults to that of the image.',
      emit: 'if-set',
    }),
  },
  { doc: 'Windows-specific security options.' },
);
export interface WindowsSecurityContextOptions extends Of<typeof WindowsSecurityContextOptions> {}

export const PodSecurityContext = struct(
  'io.k8s.api.core.v1.PodSecurityContext',
  {
    appArmorProfile: ref(11, AppArmorProfile, { doc: 'AppArmor profile to use.', emit: 'if-set' }),
    fsGroup: int64(5, {
      doc: 'Supplementary group of all containers. It also owns volumes that support ownership management.',
      emit: 'if-set',
    }),
    fsGroupChangePolicy: string(9, {
      doc: 'When the ownership of volumes is changed: Always or OnRootMismatch. Defaults to Always.',
      enum: ['Always', 'OnRootMismatch'],
      emit: 'if-set',
    }),
    runAsGroup: int64(6, { doc: 'GID to run the entrypoint as.', emit: 'if-set' }),
    runAsNonRoot: boolean(3, {
      doc: 'Whether the container must run as a non-root user. If true, it is not started with UID 0.',
      emit: 'if-set',
    }),
    runAsUser: int64(2, { doc: 'UID to run the entrypoint as.', emit: 'if-set' }),
    seLinuxChangePolicy: string(13, {
      doc: 'How volumes are labelled for SELinux: MountOption or Recursive.',
      emit: 'if-set',
    }),
    seLinuxOptions: ref(1, SELinuxOptions, { doc: 'SELinux labels to use.', emit: 'if-set' }),
    seccompProfile: ref(10, SeccompProfile, { doc: 'Seccomp profile to use.', emit: 'if-set' }),
    supplementalGroups: list(4, whole64, {
      doc: 'Supplementary groups of the first process of each container.',
      listType: 'atomic',
    }),
    supplementalGroupsPolicy: string(12, {
      doc: 'How supplementary groups are determined: Merge adds those of the image, Strict does not. Defaults to Merge.',
      enum: ['Merge', 'Strict'],
      emit: 'if-set',
    }),
    sysctls: list(7, Sysctl, { doc: 'Kernel parameters to set for the pod.', listType: 'atomic' }),
    windowsOptions: ref(8, WindowsSecurityContextOptions, {
      doc: 'Windows-specific options.',
      emit: 'if-set',
    }),
  },
  { doc: 'Security options of a pod, and defaults for its containers.' },
);
export interface PodSecurityContext extends Of<typeof PodSecurityContext> {}

export const SecurityContext = struct(
  'io.k8s.api.core.v1.SecurityContext',
  {
    allowPrivilegeEscalation: boolean(7, {
      doc: 'Whether a process can gain more privileges than its parent.',
      emit: 'if-set',
    }),
    appArmorProfile: ref(12, AppArmorProfile, { doc: 'AppArmor profile to use.', emit: 'if-set' }),
    capabilities: ref(1, Capabilities, {
      doc: 'Capabilities to add and remove. Defaults to those of the container runtime.',
      emit: 'if-set',
    }),
    privileged: boolean(2, {
      doc: 'Whether the container runs in privileged mode, with the privileges of root on the host. Defaults to false.',
      emit: 'if-set',
    }),
    procMount: string(9, {
      doc: 'Type of the proc mount: Default or Unmasked. Defaults to Default.',
      enum: ['Default', 'Unmasked'],
      emit: 'if-set',
    }),
    readOnlyRootFilesystem: boolean(6, {
      doc: 'Whether the root file system of the container is read-only. Defaults to false.',
      emit: 'if-set',
    }),
    runAsGroup: int64(8, { doc: 'GID to run the entrypoint as.', emit: 'if-set' }),
    runAsNonRoot: boolean(5, {
      doc: 'Whether the container must run as a non-root user. If true, it is not started with UID 0.',
      emit: 'if-set',
    }),
    runAsUser: int64(4, { doc: 'UID to run the entrypoint as.', emit: 'if-set' }),
    seLinuxOptions: ref(3, SELinuxOptions, { doc: 'SELinux labels to use.', emit: 'if-set' }),
    seccompProfile: ref(11, SeccompProfile, { doc: 'Seccomp profile to use.', emit: 'if-set' }),
    windowsOptions: ref(10, WindowsSecurityContextOptions, {
      doc: 'Windows-specific options.',
      emit: 'if-set',
    }),
  },
  { doc: 'Security options of a container.' },
);
export interface SecurityContext extends Of<typeof SecurityContext> {}
