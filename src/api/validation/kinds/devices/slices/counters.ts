// Validates the counters that devices of a pool share, and what devices take from them. Any amount is valid.
// Paths and messages follow k8s.io/kubernetes pkg/apis/resource/validation.
import { addAll } from '../../../../../kit/lists.ts';
import type {
  Counter,
  CounterSet,
  DeviceCounterConsumption,
} from '../../../../kinds/resource/v1/resource-slice.ts';
import { complaints, type FieldError, required } from '../../../field.ts';
import { isDNS1123Label } from '../../../names.ts';
import { mapErrors, setErrors } from '../lists.ts';

const MAX_SETS = 8;
/** Sets that one device takes from. */
const MAX_CONSUMED_SETS = 2;
/** Of a set. */
const MAX_COUNTERS = 32;
const LONGEST_LABEL = 63;

type Counters = Readonly<Record<string, Counter>>;

export const counterSetsErrors = (path: string, sets: readonly CounterSet[] | undefined): FieldError[] =>
  setErrors(
    path,
    sets,
    MAX_SETS,
    ({ name = '' }) => name,
    (at, { name, counters }) => namedErrors(at, 'name', name, counters),
  );

export const consumptionsErrors = (
  path: string,
  consumptions: readonly DeviceCounterConsumption[] | undefined,
): FieldError[] =>
  setErrors(
    path,
    consumptions,
    MAX_CONSUMED_SETS,
    ({ counterSet = '' }) => counterSet,
    (at, { counterSet, counters }) => namedErrors(at, 'counterSet', counterSet, counters),
  );

function namedErrors(
  path: string,
  field: 'name' | 'counterSet',
  name: string | undefined,
  counters: Counters = {},
): FieldError[] {
  const at = `${path}.${field}`;
  const errors = name ? nameErrors(at, name) : [required(at)];
  addAll(errors, countersErrors(`${path}.counters`, counters));
  return errors;
}

const nameErrors = (path: string, name: string): FieldError[] => complaints(path, name, isDNS1123Label(name));

const countersErrors = (path: string, counters: Counters): FieldError[] =>
  Object.keys(counters).length === 0
    ? [required(path)]
    : mapErrors(path, counters, {
        most: MAX_COUNTERS,
        shown: LONGEST_LABEL,
        key: nameErrors,
        value: () => [],
      });
