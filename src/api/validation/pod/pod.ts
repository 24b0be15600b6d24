// Validates Pods: on create, and the changes that each endpoint allows.
// Paths and messages follow k8s.io/kubernetes pkg/apis/core/validation. Called through kinds/rule-book.ts, and by the API server
// for the subresources of pods.

import type { Pod } from '../../kinds/core/v1/pod.ts';
import type { PodSpec } from '../../kinds/core/v1/pod-spec.ts';
import { checkItems, errorsOfItems, type FieldError, forbidden } from '../field.ts';
import type { Rules } from '../rules.ts';
import { semanticEqual } from '../semantic.ts';
import { annotationChangeErrors, MIRROR, podAnnotationErrors, profileMatchErrors } from './annotations.ts';
import { withAllowances } from './changes/allowances.ts';
import { difference } from './changes/difference.ts';
import { podStatusErrors } from './changes/status.ts';
import { specChangeErrors } from './changes/update.ts';
import { imageSpaces } from './containers/container.ts';
import { validatePodSpec } from './pod-spec.ts';
import type { Owner } from './volumes/volume.ts';

const specOf = (pod: Pod): PodSpec => pod.spec ?? ({} as PodSpec);

/** A longer name is an error of its own, and would make long names of claims. */
const LONGEST_NAME = 253;

export const ownerOf = ({ metadata: { name = '' } }: Pod): Owner => ({
  inPod: true,
  ...(name !== '' && name.length <= LONGEST_NAME && { podName: name }),
});

/** What is checked of every pod, new or changed. */
function specErrors(pod: Pod): FieldError[] {
  const spec = specOf(pod);
  return [
    ...validatePodSpec(spec, 'spec', ownerOf(pod)),
    ...mirrorClaims(pod),
    ...tokensWithoutAccount(spec),
    ...(['containers', 'initContainers'] as const).flatMap((list) =>
      errorsOfItems(spec[list], ({ image }, i) => imageSpaces(image, `spec.${list}[${i}]`)),
    ),
  ];
}

/** How upstream names what is about no field. */
export const NO_FIELD = '[]';

const mirrorClaims = (pod: Pod): FieldError[] =>
  pod.metadata.annotations?.[MIRROR] !== undefined && pod.spec?.resourceClaims?.length
    ? [forbidden(NO_FIELD, 'static pods do not support resource claims')]
    : [];

const tokensWithoutAccount = ({ serviceAccountName, volumes }: PodSpec): FieldError[] =>
  serviceAccountName
    ? []
    : errorsOfItems(volumes, ({ projected }, v) =>
        errorsOfItems(projected?.sources, ({ serviceAccountToken }, s) =>
          serviceAccountToken
            ? [
                forbidden(
                  `spec.volumes[${v}].projected.sources[${s}].serviceAccountToken`,
                  'must not be specified when serviceAccountName is not set',
                ),
              ]
            : [],
        ),
      );

function create(pod: Pod): FieldError[] {
  const spec = specOf(pod);
  const errors = [...podAnnotationErrors(pod), ...specErrors(pod)];
  if (spec.ephemeralContainers?.length)
    errors.push(forbidden('spec.ephemeralContainers', 'cannot be set on create'));
  if (spec.nodeName && spec.schedulingGates?.length)
    errors.push(forbidden('spec.nodeName', 'cannot be set until all schedulingGates have been cleared'));
  return [...errors, ...profileMatchErrors(pod)];
}

/** A spec that has not changed is not checked again: it may be older than some rules. */
function update(pod: Pod, old: Pod): FieldError[] {
  const annotations = [...podAnnotationErrors(pod, undefined, old), ...annotationChangeErrors(pod, old)];
  if (semanticEqual(specOf(pod), specOf(old))) return annotations;
  return [
    ...annotations,
    ...withAllowances(specErrors(pod), () => specErrors(old)),
    ...specChangeErrors(specOf(pod), specOf(old)),
  ];
}

export const podRules: Rules<Pod> = { create, update, status: podStatusErrors };

/** For the ephemeralcontainers subresource: containers may be added, but not changed or removed. */
export function validateEphemeralContainersUpdate(pod: Pod, old: Pod): FieldError[] {
  if (old.metadata.annotations?.[MIRROR] !== undefined)
    return [forbidden(NO_FIELD, 'static pods do not support ephemeral containers')];
  const errors = validatePodSpec(specOf(pod), 'spec', ownerOf(pod)).filter((e) =>
    e.field.startsWith('spec.ephemeralContainers'),
  );
  const now = new Map((pod.spec?.ephemeralContainers ?? []).map((container) => [container.name, container]));
  checkItems(errors, old.spec?.ephemeralContainers, (before) => {
    const after = now.get(before.name);
    if (!after)
      errors.push(
        forbidden(
          'spec.ephemeralContainers',
          `existing ephemeral containers "${before.name}" may not be removed\n`,
        ),
      );
    else if (!semanticEqual(after, before))
      errors.push(
        forbidden(
          'spec.ephemeralContainers',
          `existing ephemeral containers "${before.name}" may not be changed\n${difference(before, after)}`,
        ),
      );
  });
  return errors;
}
