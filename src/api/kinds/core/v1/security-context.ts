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
      doc: 'A profile loaded on the node; only for type Localhost.',
      emit: 'if-set',
    }),
    type: required(
      string(1, {
        doc: 'Localhost, RuntimeDefault or Unconfined.',
        enum: ['Localhost', 'RuntimeDefault', 'Unconfined'],
        emit: 'always',
      }),
    ),
  },
  { doc: 'The AppArmor profile that confines a process.' },
);
export interface AppArmorProfile extends Of<typeof AppArmorProfile> {}

export const Capabilities = struct(
  'io.k8s.api.core.v1.Capabilities',
  {
    add: list(1, text, { doc: 'Capabilities to add.', listType: 'atomic' }),
    drop: list(2, text, { doc: 'Capabilities to drop; ALL drops every one.', listType: 'atomic' }),
  },
  { doc: 'Linux capabilities.' },
);
export interface Capabilities extends Of<typeof Capabilities> {}

export const SELinuxOptions = struct(
  'io.k8s.api.core.v1.SELinuxOptions',
  {
    level: string(4, { doc: 'The level part of the label.' }),
    role: string(2, { doc: 'The role part of the label.' }),
    type: string(3, { doc: 'The type part of the label.' }),
    user: string(1, { doc: 'The user part of the label.' }),
  },
  { doc: 'The SELinux label of a process.' },
);
export interface SELinuxOptions extends Of<typeof SELinuxOptions> {}

export const SeccompProfile = struct(
  'io.k8s.api.core.v1.SeccompProfile',
  {
    localhostProfile: string(2, { doc: 'A profile on the node, for type Localhost.', emit: 'if-set' }),
    type: required(
      string(1, {
        doc: 'RuntimeDefault, Unconfined or Localhost.',
        enum: ['Localhost', 'RuntimeDefault', 'Unconfined'],
        emit: 'always',
      }),
    ),
  },
  { doc: 'Which system calls are allowed.' },
);
export interface SeccompProfile extends Of<typeof SeccompProfile> {}

export const Sysctl = struct(
  'io.k8s.api.core.v1.Sysctl',
  {
    name: required(string(1, { doc: "The parameter's name, such as net.core.somaxconn.", emit: 'always' })),
    value: required(string(2, { doc: "The parameter's value, as text.", emit: 'always' })),
  },
  { doc: "A kernel parameter of the pod's namespaces." },
);
export interface Sysctl extends Of<typeof Sysctl> {}

export const WindowsSecurityContextOptions = struct(
  'io.k8s.api.core.v1.WindowsSecurityContextOptions',
  {
    gmsaCredentialSpec: string(2, {
      doc: 'The GMSA credential itself, mostly filled in by a webhook.',
      emit: 'if-set',
    }),
    gmsaCredentialSpecName: string(1, { doc: 'The name of the GMSA credential.', emit: 'if-set' }),
    hostProcess: boolean(4, {
      doc: 'Run as a process of the host; all containers of a pod alike.',
      emit: 'if-set',
    }),
    runAsUserName: string(3, { doc: "The user to run as; the image's when absent.", emit: 'if-set' }),
  },
  { doc: 'Security settings for Windows only.' },
);
export interface WindowsSecurityContextOptions extends Of<typeof WindowsSecurityContextOptions> {}

export const PodSecurityContext = struct(
  'io.k8s.api.core.v1.PodSecurityContext',
  {
    appArmorProfile: ref(11, AppArmorProfile, { doc: 'The AppArmor profile.', emit: 'if-set' }),
    fsGroup: int64(5, { doc: 'The group that owns volumes and that processes belong to.', emit: 'if-set' }),
    fsGroupChangePolicy: string(9, {
      doc: 'When the owner of volumes is changed: Always or OnRootMismatch.',
      enum: ['Always', 'OnRootMismatch'],
      emit: 'if-set',
    }),
    runAsGroup: int64(6, { doc: 'The group ID of processes.', emit: 'if-set' }),
    runAsNonRoot: boolean(3, { doc: 'Refuse to start as user 0.', emit: 'if-set' }),
    runAsUser: int64(2, { doc: 'The user ID of processes.', emit: 'if-set' }),
    seLinuxChangePolicy: string(13, {
      doc: 'How volumes get their SELinux label: MountOption or Recursive.',
      emit: 'if-set',
    }),
    seLinuxOptions: ref(1, SELinuxOptions, { doc: 'The SELinux label.', emit: 'if-set' }),
    seccompProfile: ref(10, SeccompProfile, { doc: 'The seccomp profile.', emit: 'if-set' }),
    supplementalGroups: list(4, whole64, {
      doc: 'More groups that processes belong to.',
      listType: 'atomic',
    }),
    supplementalGroupsPolicy: string(12, {
      doc: 'Whether groups of the image count, too: Merge or Strict.',
      enum: ['Merge', 'Strict'],
      emit: 'if-set',
    }),
    sysctls: list(7, Sysctl, { doc: 'Kernel parameters of the pod.', listType: 'atomic' }),
    windowsOptions: ref(8, WindowsSecurityContextOptions, { doc: 'Settings for Windows.', emit: 'if-set' }),
  },
  { doc: 'Security settings of a pod, and defaults for its containers.' },
);
export interface PodSecurityContext extends Of<typeof PodSecurityContext> {}

export const SecurityContext = struct(
  'io.k8s.api.core.v1.SecurityContext',
  {
    allowPrivilegeEscalation: boolean(7, {
      doc: 'Whether a process may gain more rights than its parent.',
      emit: 'if-set',
    }),
    appArmorProfile: ref(12, AppArmorProfile, { doc: 'The AppArmor profile.', emit: 'if-set' }),
    capabilities: ref(1, Capabilities, { doc: 'Linux capabilities to add and drop.', emit: 'if-set' }),
    privileged: boolean(2, { doc: "Run with all rights of the node's root.", emit: 'if-set' }),
    procMount: string(9, {
      doc: 'How /proc is mounted: Default or Unmasked.',
      enum: ['Default', 'Unmasked'],
      emit: 'if-set',
    }),
    readOnlyRootFilesystem: boolean(6, { doc: "Make the image's files read-only.", emit: 'if-set' }),
    runAsGroup: int64(8, { doc: 'The group ID of the process.', emit: 'if-set' }),
    runAsNonRoot: boolean(5, { doc: 'Refuse to start as user 0.', emit: 'if-set' }),
    runAsUser: int64(4, { doc: 'The user ID of the process.', emit: 'if-set' }),
    seLinuxOptions: ref(3, SELinuxOptions, { doc: 'The SELinux label.', emit: 'if-set' }),
    seccompProfile: ref(11, SeccompProfile, { doc: 'The seccomp profile.', emit: 'if-set' }),
    windowsOptions: ref(10, WindowsSecurityContextOptions, { doc: 'Settings for Windows.', emit: 'if-set' }),
  },
  { doc: 'Security settings of one container.' },
);
export interface SecurityContext extends Of<typeof SecurityContext> {}
