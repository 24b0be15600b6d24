// Validates the Windows options of pods and containers, and what the operating system of a pod excludes.
// Paths and messages follow k8s.io/kubernetes pkg/apis/core/validation. Called by security.ts and pod-spec.ts.
import type { PodSpec } from '../../kinds/core/v1/pod-spec.ts';
import type {
  PodSecurityContext,
  SecurityContext,
  WindowsSecurityContextOptions,
} from '../../kinds/core/v1/security-context.ts';
import {
  checkItems,
  complaints,
  type FieldError,
  forbidden,
  invalid,
  notSupported,
  required,
} from '../field.ts';
import { isDNS1123Subdomain } from '../names.ts';
import { errorsOfContainers } from './containers/all-containers.ts';

const MOST_SPEC_KIB = 64;

export function validateWindowsOptions(
  options: WindowsSecurityContextOptions | undefined,
  path: string,
): FieldError[] {
  const { gmsaCredentialSpecName: name, gmsaCredentialSpec: spec, runAsUserName: user } = options ?? {};
  const errors =
    name === undefined ? [] : complaints(`${path}.gmsaCredentialSpecName`, name, isDNS1123Subdomain(name));
  const wrongSpec = (why: string) => errors.push(invalid(`${path}.gmsaCredentialSpec`, spec, why));
  if (spec === '') wrongSpec('gmsaCredentialSpec cannot be an empty string');
  else if (spec !== undefined && Buffer.byteLength(spec) > MOST_SPEC_KIB * 1024)
    wrongSpec(`gmsaCredentialSpec size must be under ${MOST_SPEC_KIB} KiB`);
  if (user === undefined) return errors;
  return [...errors, ...complaints(`${path}.runAsUserName`, user, userComplaints(user))];
}

const LONGEST_DOMAIN = 256;
const LONGEST_USER = 104;
const netBios = /^[^\\/:*?"<>|.][^\\/:*?"<>|]{0,14}$/;
const dnsLabel = /^[a-zA-Z0-9](?:[a-zA-Z0-9-]{0,61}[a-zA-Z0-9])?$/;

/** `[DOMAIN\]USER`. */
function userComplaints(name: string): string[] {
  if (name === '') return ['runAsUserName cannot be an empty string'];
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
  if (/[\u0000-\u001f\u007f]/.test(name)) return ['runAsUserName cannot contain control characters'];
  const parts = name.split('\\', 3);
  if (parts.length > 2) return ['runAsUserName cannot contain more than one backslash'];
  const [user = '', domain] = parts.reverse();
  return [...(domain === undefined ? [] : domainComplaints(domain)), ...accountComplaints(user)];
}

function domainComplaints(domain: string): string[] {
  const found: string[] = [];
  if (domain.length >= LONGEST_DOMAIN)
    found.push(`runAsUserName's Domain length must be under ${LONGEST_DOMAIN} characters`);
  if (!netBios.test(domain) && !domain.split('.').every((label) => dnsLabel.test(label)))
    found.push("runAsUserName's Domain doesn't match the NetBios nor the DNS format");
  return found;
}

function accountComplaints(user: string): string[] {
  const found: string[] = [];
  if (user === '') found.push("runAsUserName's User cannot be empty");
  else if (user.length > LONGEST_USER)
    found.push(`runAsUserName's User length must not be longer than ${LONGEST_USER} characters`);
  if (/^[. ]+$/.test(user)) found.push("runAsUserName's User cannot contain only periods or spaces");
  if (/["/\\:;|=,+*?<>@[\]]/.test(user))
    found.push(`runAsUserName's User cannot contain the following characters: "/\\:;|=,+*?<>@[]`);
  return found;
}

/** Containers that are processes of the host: all of the pod, or none. */
export function validateHostProcesses(spec: PodSpec, path: string): FieldError[] {
  const ofPod = spec.securityContext?.windowsOptions?.hostProcess;
  let total = 0;
  let count = 0;
  const errors = errorsOfContainers(spec, path, ({ securityContext }, at) => {
    const own = securityContext?.windowsOptions?.hostProcess;
    total++;
    if (own ?? ofPod) count++;
    return ofPod !== undefined && own !== undefined && own !== ofPod
      ? [
          invalid(
            `${at}.securityContext.windowsOptions.hostProcess`,
            own,
            `pod hostProcess value must be identical if both are specified, was ${ofPod}`,
          ),
        ]
      : [];
  });
  if (count === 0) return errors;
  if (count !== total)
    errors.push(
      invalid(
        path,
        '',
        'If pod contains any hostProcess containers then all containers must be HostProcess containers',
      ),
    );
  if (!spec.hostNetwork)
    errors.push(
      invalid(
        `${path}.hostNetwork`,
        false,
        'hostNetwork must be true if pod contains any hostProcess containers',
      ),
    );
  return errors;
}

const systems = ['linux', 'windows'];

export function validateOS(spec: PodSpec, path: string): FieldError[] {
  if (!spec.os) return [];
  const { name } = spec.os;
  if (!name) return [required(`${path}.os.name`)];
  if (!systems.includes(name)) return [notSupported(`${path}.os`, name, systems)];
  return name === 'linux' ? windowsOnlyErrors(spec, path) : linuxOnlyErrors(spec, path);
}

function windowsOnlyErrors(spec: PodSpec, path: string): FieldError[] {
  const refuse = (context: PodSecurityContext | SecurityContext | undefined, at: string): FieldError[] =>
    context?.windowsOptions
      ? [forbidden(`${at}.securityContext.windowsOptions`, 'windows options cannot be set for a linux pod')]
      : [];
  return [
    ...refuse(spec.securityContext, path),
    ...errorsOfContainers(spec, path, ({ securityContext }, at) => refuse(securityContext, at)),
  ];
}

/** In upstream's order. Those of the spec stand beside its security context. */
const linuxOnlyOfPod: readonly (keyof PodSecurityContext | LinuxOnlyOfSpec)[] = [
  'appArmorProfile',
  'seLinuxOptions',
  'hostUsers',
  'hostPID',
  'hostIPC',
  'seccompProfile',
  'fsGroup',
  'fsGroupChangePolicy',
  'sysctls',
  'shareProcessNamespace',
  'runAsUser',
  'runAsGroup',
  'supplementalGroups',
  'supplementalGroupsPolicy',
  'seLinuxChangePolicy',
];
const linuxOnlyOfSpec = ['hostUsers', 'hostPID', 'hostIPC', 'shareProcessNamespace'] as const;
type LinuxOnlyOfSpec = (typeof linuxOnlyOfSpec)[number];
const isOfSpec = (field: string): field is LinuxOnlyOfSpec =>
  (linuxOnlyOfSpec as readonly string[]).includes(field);

const linuxOnlyOfContainer: readonly (keyof SecurityContext)[] = [
  'appArmorProfile',
  'seLinuxOptions',
  'seccompProfile',
  'capabilities',
  'readOnlyRootFilesystem',
  'privileged',
  'allowPrivilegeEscalation',
  'procMount',
  'runAsUser',
  'runAsGroup',
];

function linuxOnlyErrors(spec: PodSpec, path: string): FieldError[] {
  const refuse = (at: string) => forbidden(at, 'cannot be set for a windows pod');
  const errors: FieldError[] = [];
  checkItems(errors, linuxOnlyOfPod, (field) => {
    const value = isOfSpec(field) ? spec[field] : spec.securityContext?.[field];
    // The namespaces of the host are set when they are true; all else when it is there.
    const isSet = field === 'hostPID' || field === 'hostIPC' ? value : value !== undefined;
    if (isSet) errors.push(refuse(isOfSpec(field) ? `${path}.${field}` : `${path}.securityContext.${field}`));
  });
  return [
    ...errors,
    ...errorsOfContainers(spec, path, ({ securityContext }, at) =>
      linuxOnlyOfContainer
        .filter((field) => securityContext?.[field] !== undefined)
        .map((field) => refuse(`${at}.securityContext.${field}`)),
    ),
  ];
}
