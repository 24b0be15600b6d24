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
} from '../../schema/notation.ts';

export const AppArmorProfile = struct('io.k8s.api.core.v1.AppArmorProfile', {
  localhostProfile: string(2, { emit: 'if-set' }),
  type: required(string(1, { enum: ['Localhost', 'RuntimeDefault', 'Unconfined'], emit: 'always' })),
});
export interface AppArmorProfile extends Of<typeof AppArmorProfile> {}

export const Capabilities = struct('io.k8s.api.core.v1.Capabilities', {
  add: list(1, text, { listType: 'atomic' }),
  drop: list(2, text, { listType: 'atomic' }),
});
export interface Capabilities extends Of<typeof Capabilities> {}

export const SELinuxOptions = struct('io.k8s.api.core.v1.SELinuxOptions', {
  level: string(4),
  role: string(2),
  type: string(3),
  user: string(1),
});
export interface SELinuxOptions extends Of<typeof SELinuxOptions> {}

export const SeccompProfile = struct('io.k8s.api.core.v1.SeccompProfile', {
  localhostProfile: string(2, { emit: 'if-set' }),
  type: required(string(1, { enum: ['Localhost', 'RuntimeDefault', 'Unconfined'], emit: 'always' })),
});
export interface SeccompProfile extends Of<typeof SeccompProfile> {}

export const Sysctl = struct('io.k8s.api.core.v1.Sysctl', {
  name: required(string(1, { emit: 'always' })),
  value: required(string(2, { emit: 'always' })),
});
export interface Sysctl extends Of<typeof Sysctl> {}

export const WindowsSecurityContextOptions = struct('io.k8s.api.core.v1.WindowsSecurityContextOptions', {
  gmsaCredentialSpec: string(2, { emit: 'if-set' }),
  gmsaCredentialSpecName: string(1, { emit: 'if-set' }),
  hostProcess: boolean(4, { emit: 'if-set' }),
  runAsUserName: string(3, { emit: 'if-set' }),
});
export interface WindowsSecurityContextOptions extends Of<typeof WindowsSecurityContextOptions> {}

export const PodSecurityContext = struct('io.k8s.api.core.v1.PodSecurityContext', {
  appArmorProfile: ref(11, AppArmorProfile, { emit: 'if-set' }),
  fsGroup: int64(5, { emit: 'if-set' }),
  fsGroupChangePolicy: string(9, { enum: ['Always', 'OnRootMismatch'], emit: 'if-set' }),
  runAsGroup: int64(6, { emit: 'if-set' }),
  runAsNonRoot: boolean(3, { emit: 'if-set' }),
  runAsUser: int64(2, { emit: 'if-set' }),
  seLinuxChangePolicy: string(13, { emit: 'if-set' }),
  seLinuxOptions: ref(1, SELinuxOptions, { emit: 'if-set' }),
  seccompProfile: ref(10, SeccompProfile, { emit: 'if-set' }),
  supplementalGroups: list(4, whole64, { listType: 'atomic' }),
  supplementalGroupsPolicy: string(12, { enum: ['Merge', 'Strict'], emit: 'if-set' }),
  sysctls: list(7, Sysctl, { listType: 'atomic' }),
  windowsOptions: ref(8, WindowsSecurityContextOptions, { emit: 'if-set' }),
});
export interface PodSecurityContext extends Of<typeof PodSecurityContext> {}

export const SecurityContext = struct('io.k8s.api.core.v1.SecurityContext', {
  allowPrivilegeEscalation: boolean(7, { emit: 'if-set' }),
  appArmorProfile: ref(12, AppArmorProfile, { emit: 'if-set' }),
  capabilities: ref(1, Capabilities, { emit: 'if-set' }),
  privileged: boolean(2, { emit: 'if-set' }),
  procMount: string(9, { enum: ['Default', 'Unmasked'], emit: 'if-set' }),
  readOnlyRootFilesystem: boolean(6, { emit: 'if-set' }),
  runAsGroup: int64(8, { emit: 'if-set' }),
  runAsNonRoot: boolean(5, { emit: 'if-set' }),
  runAsUser: int64(4, { emit: 'if-set' }),
  seLinuxOptions: ref(3, SELinuxOptions, { emit: 'if-set' }),
  seccompProfile: ref(11, SeccompProfile, { emit: 'if-set' }),
  windowsOptions: ref(10, WindowsSecurityContextOptions, { emit: 'if-set' }),
});
export interface SecurityContext extends Of<typeof SecurityContext> {}
