// Validates LeaseCandidates: their versions, and the strategy by which the holder is chosen.
// Paths and messages follow k8s.io/kubernetes pkg/apis/coordination/validation.
import { orderVersions, parseVersion, type Version } from '../../../cel/kubernetes/versions.ts';
import type { LeaseCandidate } from '../../../kinds/coordination/v1beta1/lease-candidate.ts';
import { type FieldError, immutable, invalid, required } from '../../field.ts';
import { isConfigMapKey } from '../../names.ts';
import type { Rules } from '../../rules.ts';
import { OLDEST_EMULATION_VERSION, strategyErrors } from '../lease.ts';

const WRONG = 'must be a valid semantic version';
const ZERO: Version = { numbers: [0n, 0n, 0n], pre: [] };

/** Upstream compares what could not be read as version 0.0.0. */
function versionOf(text: string): Version {
  const version = parseVersion(text);
  return typeof version === 'string' ? ZERO : version;
}

const isWrong = (text: string): boolean => typeof parseVersion(text) === 'string';

function specErrors({ spec }: LeaseCandidate): FieldError[] {
  const { leaseName, binaryVersion: binary = '', emulationVersion: emulation = '', strategy = '' } = spec;
  const errors: FieldError[] = [];
  if (!leaseName) errors.push(required('spec.leaseName'));
  if (emulation !== '' && isWrong(emulation)) errors.push(invalid('spec.emulationVersion', emulation, WRONG));
  if (binary === '') errors.push(required('spec.binaryVersion'));
  else if (isWrong(binary)) errors.push(invalid('spec.binaryVersion', binary, WRONG));
  if (binary !== '' && emulation !== '' && orderVersions(versionOf(binary), versionOf(emulation)) < 0)
    errors.push(invalid('spec.binaryVersion', binary, 'must be greater than or equal to `emulationVersion`'));
  if (strategy === '') return [...errors, required('spec.strategy')];
  if (strategy === OLDEST_EMULATION_VERSION && orderVersions(versionOf(emulation), ZERO) === 0)
    errors.push(
      required('spec.emulationVersion', "must be specified when `strategy` is 'OldestEmulationVersion'"),
    );
  return [...errors, ...strategyErrors(strategy)];
}

export const leaseCandidateRules: Rules<LeaseCandidate> = {
  name: isConfigMapKey,
  create: specErrors,
  update: (candidate, old) => [
    ...specErrors(candidate),
    ...(candidate.spec.leaseName === old.spec.leaseName
      ? []
      : [immutable('spec.leaseName', candidate.spec.leaseName)]),
  ],
};
