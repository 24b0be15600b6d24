// Validates annotations of pods that have a meaning: mirror pods, the cost of deletion, and profiles in their oldest form.
// Paths and messages follow k8s.io/kubernetes pkg/apis/core/validation. Called by pod.ts and for changes of pods.
import { addAll } from '../../../kit/lists.ts';
import type { Pod } from '../../kinds/core/v1/pod.ts';
import type { PodTemplateSpec } from '../../kinds/core/v1/pod-spec.ts';
import { checkItems, type FieldError, forbidden, invalid } from '../field.ts';
import { validateLocalDescendingPath } from '../paths.ts';
import { containerLists, errorsOfContainers } from './containers/all-containers.ts';

export const MIRROR = 'kubernetes.io/config.mirror';
const DELETION_COST = 'controller.kubernetes.io/pod-deletion-cost';
const SECCOMP_POD = 'seccomp.security.alpha.kubernetes.io/pod';
const SECCOMP_CONTAINER = 'container.seccomp.security.alpha.kubernetes.io/';
const APPARMOR = 'container.apparmor.security.beta.kubernetes.io/';
const LOCALHOST = 'localhost/';

const PATH = 'metadata.annotations';

/** A pod, or the template of one. */
type PodLike = Pick<PodTemplateSpec, 'metadata' | 'spec'>;

/** A cost that was wrong before may stay. */
export function podAnnotationErrors(pod: PodLike, path = PATH, old?: PodLike): FieldError[] {
  const annotations = pod.metadata?.annotations ?? {};
  const mirrored = annotations[MIRROR];
  const errors: FieldError[] = [];
  if (mirrored !== undefined && !pod.spec?.nodeName)
    errors.push(
      invalid(`${path}[${MIRROR}]`, mirrored, 'must set spec.nodeName if mirror pod annotation is set'),
    );
  const cost = annotations[DELETION_COST];
  if (!isCost(cost) && (!old || isCost(old.metadata?.annotations?.[DELETION_COST])))
    errors.push(invalid(`${path}[${DELETION_COST}]`, cost, 'must be a 32bit integer'));
  let containers: ReadonlySet<string> | undefined;
  checkItems(errors, Object.entries(annotations), ([key, value]) => {
    if (key === SECCOMP_POD || key.startsWith(SECCOMP_CONTAINER))
      addAll(errors, seccompErrors(value, `${path}.${key}`));
    if (!key.startsWith(APPARMOR)) return;
    containers ??= containerNames(pod);
    addAll(errors, appArmorErrors(key, value, `${path}[${key}]`, containers));
  });
  return errors;
}

const containerNames = ({ spec }: PodLike): ReadonlySet<string> =>
  new Set(containerLists.flatMap((list) => (spec?.[list] ?? []).map(({ name }) => name)));

/** A 32-bit integer without a plus sign or leading zeros. */
function isCost(text: string | undefined): boolean {
  if (text === undefined) return true;
  if (text.length > 64 || !/^(0|-[0-9]+|[1-9][0-9]*)$/.test(text)) return false;
  return Math.abs(Number(text) + 0.5) < 2 ** 31;
}

function seccompErrors(profile: string, at: string): FieldError[] {
  if (['runtime/default', 'docker/default', 'unconfined'].includes(profile)) return [];
  return profile.startsWith(LOCALHOST)
    ? validateLocalDescendingPath(at, profile.slice(LOCALHOST.length))
    : [invalid(at, profile, 'must be a valid seccomp profile')];
}

function appArmorErrors(
  key: string,
  profile: string,
  at: string,
  containers: ReadonlySet<string>,
): FieldError[] {
  const container = key.slice(APPARMOR.length);
  const errors = containers.has(container) ? [] : [invalid(at, container, 'container not found')];
  if (['', 'runtime/default', 'unconfined'].includes(profile) || profile.startsWith(LOCALHOST)) return errors;
  return [...errors, invalid(at, profile, `invalid AppArmor profile name: ${JSON.stringify(profile)}`)];
}

interface Profile {
  readonly type?: string;
  readonly localhostProfile?: string;
}

/** In new pods and in templates, a profile in an annotation must be that of the field. */
export function profileMatchErrors({ metadata, spec }: PodLike, path = 'spec'): FieldError[] {
  const annotations = metadata?.annotations ?? {};
  if (!spec) return [];
  const { seccompProfile, appArmorProfile } = spec.securityContext ?? {};
  return [
    ...seccompMatch(annotations[SECCOMP_POD], seccompProfile, `${path}.securityContext.seccompProfile`),
    ...errorsOfContainers(spec, path, ({ name, securityContext }, at) =>
      seccompMatch(
        annotations[`${SECCOMP_CONTAINER}${name}`],
        securityContext?.seccompProfile,
        `${at}.securityContext.seccompProfile`,
      ),
    ),
    ...(spec.os?.name === 'windows'
      ? []
      : errorsOfContainers(spec, path, ({ name, securityContext }, at) =>
          matchErrors(
            'apparmor',
            annotations[`${APPARMOR}${name}`],
            securityContext?.appArmorProfile ?? appArmorProfile,
            `${at}.securityContext.appArmorProfile`,
          ),
        )),
  ];
}

const seccompMatch = (annotation: string | undefined, field: Profile | undefined, at: string): FieldError[] =>
  matchErrors('seccomp', annotation === 'docker/default' ? 'runtime/default' : annotation, field, at);

function matchErrors(
  what: 'seccomp' | 'apparmor',
  annotation: string | undefined,
  field: Profile | undefined,
  at: string,
): FieldError[] {
  if (annotation === undefined || !field) return [];
  const types = { Unconfined: 'unconfined', RuntimeDefault: 'runtime/default' };
  const wrongType = forbidden(`${at}.type`, `${what} type in annotation and field must match`);
  if (field.type === 'Localhost') {
    if (!annotation.startsWith(LOCALHOST)) return [wrongType];
    return annotation.slice(LOCALHOST.length) === field.localhostProfile
      ? []
      : [forbidden(`${at}.localhostProfile`, `${what} profile in annotation and field must match`)];
  }
  const expected = Object.entries(types).find(([type]) => type === field.type)?.[1];
  return expected === undefined || annotation === expected ? [] : [wrongType];
}

/** Annotations of mirror pods and AppArmor are fixed. */
export function annotationChangeErrors(pod: Pod, old: Pod): FieldError[] {
  const now = pod.metadata.annotations ?? {};
  const before = old.metadata.annotations ?? {};
  const errors: FieldError[] = [];
  checkItems(errors, [...new Set([...Object.keys(before), ...Object.keys(now)])], (key) => {
    const what = key === MIRROR ? 'mirror pod annotation' : 'AppArmor annotations';
    if (now[key] === before[key] || (key !== MIRROR && !key.startsWith(APPARMOR))) return;
    const how = before[key] === undefined ? 'may not add' : 'may not remove or update';
    errors.push(forbidden(`${PATH}[${key}]`, `${how} ${what}`));
  });
  return errors;
}
