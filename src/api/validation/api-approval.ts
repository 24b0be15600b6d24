// Groups of the Kubernetes community (k8s.io, kubernetes.io) may be used by definitions only with the annotation that names
// their approval. Used by the validation of CustomResourceDefinitions and for their condition.
// Upstream: apiextensions-apiserver/pkg/apihelpers/helpers.go.

export const APPROVAL = 'api-approved.kubernetes.io';
const PROPOSAL = 'see https://github.com/kubernetes/enhancements/pull/1111';

export interface Approval {
  readonly state: 'missing' | 'invalid' | 'approved' | 'bypassed';
  readonly reason: string;
}

export const isProtectedGroup = (group: string): boolean => /(?:^|\.)(?:k8s|kubernetes)\.io$/.test(group);

export function approvalOf(annotations: Readonly<Record<string, string>> = {}): Approval {
  const annotation = annotations[APPROVAL] ?? '';
  const needed = `protected groups must have approval annotation "${APPROVAL}"`;
  if (annotation === '') return { state: 'missing', reason: `${needed}, ${PROPOSAL}` };
  if (annotation.startsWith('unapproved'))
    return { state: 'bypassed', reason: `not approved: ${JSON.stringify(annotation)}` };
  if (URL.canParse(annotation) && new URL(annotation).host !== '')
    return { state: 'approved', reason: `approved in ${annotation}` };
  return {
    state: 'invalid',
    reason: `${needed} with either a URL or a reason starting with "unapproved", ${PROPOSAL}`,
  };
}
