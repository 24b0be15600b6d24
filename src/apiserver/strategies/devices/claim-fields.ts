// Which fields of claims belong to which feature. Objects are as the request has them: in v1beta1, what describes an exact request
// stands in the request itself.
import type { Gated, Place } from './gated-fields.ts';

interface Request {
  readonly exactly?: object;
  readonly firstAvailable?: readonly object[];
}

export interface ClaimSpec {
  readonly devices?: { readonly requests?: readonly Request[]; readonly constraints?: readonly object[] };
}

const requestsOf = ({ devices }: ClaimSpec): readonly Request[] => devices?.requests ?? [];

/** What asks for devices of one class: exact requests and alternatives. */
const partsOf = (spec: ClaimSpec): object[] =>
  requestsOf(spec).flatMap((request) => [request.exactly ?? request, ...(request.firstAvailable ?? [])]);

const having = (parts: readonly object[], ...fields: string[]): Place[] =>
  parts.map((part) => [part, fields]);

const capacityPlaces = (spec: ClaimSpec): Place[] => [
  ...having(spec.devices?.constraints ?? [], 'distinctAttribute'),
  ...having(partsOf(spec), 'capacity'),
];

/** Administrative access cannot be turned off any more. */
export const gatedSpec: readonly Gated<ClaimSpec>[] = [
  { gates: ['DRAPrioritizedList'], places: (spec) => having(requestsOf(spec), 'firstAvailable') },
  { gates: ['DRADeviceTaints'], places: (spec) => having(partsOf(spec), 'tolerations') },
  { gates: ['DRAConsumableCapacity'], places: capacityPlaces },
];

export interface ClaimWithStatus {
  readonly spec: ClaimSpec;
  readonly status?: {
    readonly allocation?: { readonly devices?: { readonly results?: readonly object[] } };
    readonly devices?: readonly object[];
  };
}

const resultsOf = ({ status }: ClaimWithStatus): readonly object[] =>
  status?.allocation?.devices?.results ?? [];

/** A feature is in use also where only the spec has its fields. */
export const gatedStatus: readonly Gated<ClaimWithStatus>[] = [
  {
    gates: ['DRAResourceClaimDeviceStatus'],
    places: ({ status }) => (status ? having([status], 'devices') : []),
  },
  {
    gates: ['DRAConsumableCapacity'],
    places: (claim) => [
      ...capacityPlaces(claim.spec ?? {}),
      ...having(resultsOf(claim), 'shareID', 'consumedCapacity'),
      ...having(claim.status?.devices ?? [], 'shareID'),
    ],
  },
  {
    gates: ['DRADeviceBindingConditions'],
    places: (claim) => having(resultsOf(claim), 'bindingConditions', 'bindingFailureConditions'),
  },
];
