// Reads the file of `tiphys up --simulated-nodes-config`: strictly, so that a misspelt field is an error and not ignored.
// Its fields are described in docs/simulated-nodes.md.
import { joinedErrors, readConfiguration } from '../../api/codec/configuration-file.ts';
import { Taint } from '../../api/kinds/core/v1/node.ts';
import { durationMs } from '../../api/meta/v1/duration.ts';
import { wholeValue } from '../../api/quantity/quantity.ts';
import { amount, double, list, map, type Of, ref, string, struct, text } from '../../api/schema/notation.ts';
import { complaints, type FieldError, invalid } from '../../api/validation/field.ts';
import { taintErrors } from '../../api/validation/kinds/node.ts';
import { isLabelValue } from '../../api/validation/names.ts';
import { validateLabels } from '../../api/validation/object-meta.ts';
import { addAll } from '../../kit/lists.ts';
import { DEFAULT_SIMULATION, type Delay, type SimulationSettings } from './settings.ts';

const PACKAGE = 'tiphys.simulation.v1';

const Failures = struct(`${PACKAGE}.Failures`, { startFraction: double(0), crashesPerHour: double(0) });
const Usage = struct(`${PACKAGE}.Usage`, { cpu: double(0), memory: double(0) });

const SimulatedNodes = struct(`${PACKAGE}.SimulatedNodes`, {
  apiVersion: string(0),
  kind: string(0),
  capacity: map(0, amount),
  labels: map(0, text),
  taints: list(0, Taint),
  zones: list(0, text),
  startDelay: string(0),
  stopDelay: string(0),
  jobDuration: string(0),
  failures: ref(0, Failures),
  usage: ref(0, Usage),
});
type SimulatedNodes = Of<typeof SimulatedNodes>;

/** Throws an Error that says what is wrong. */
export function readSimulationConfig(file: string): SimulationSettings {
  const given = readConfiguration(SimulatedNodes, 'SimulatedNodes', ['simulation.tiphys/v1'], file);
  const errors: FieldError[] = [];
  const settings = settingsOf(given, errors);
  const problem = joinedErrors(errors);
  if (problem) throw new Error(problem);
  return settings;
}

function settingsOf(given: SimulatedNodes, errors: FieldError[]): SimulationSettings {
  const { startDelay, stopDelay, jobDuration, usage } = DEFAULT_SIMULATION;
  const number = (path: string, value: number | undefined, byDefault: number, most: number): number => {
    if (value === undefined) return byDefault;
    if (!(value >= 0 && value <= most)) errors.push(invalid(path, value, `must be between 0 and ${most}`));
    return value;
  };
  addAll(errors, validateLabels(given.labels, 'labels'));
  const zones = given.zones ?? [];
  for (const zone of zones) addAll(errors, complaints('zones', zone, isLabelValue(zone)));
  addAll(errors, taintErrors(given.taints, 'taints'));
  const capacity = { ...DEFAULT_SIMULATION.capacity, ...given.capacity };
  number('capacity.pods', wholeValue(capacity.pods ?? '0'), 0, MOST_PODS);
  return {
    capacity,
    labels: given.labels ?? {},
    taints: given.taints?.map(({ key, value, effect }) => ({ key, ...(value && { value }), effect })),
    zones,
    startDelay: delay('startDelay', given.startDelay, startDelay, errors),
    stopDelay: delay('stopDelay', given.stopDelay, stopDelay, errors),
    jobDuration: delay('jobDuration', given.jobDuration, { from: jobDuration, to: jobDuration }, errors).to,
    startFailures: number('failures.startFraction', given.failures?.startFraction, 0, 1),
    crashesPerHour: number('failures.crashesPerHour', given.failures?.crashesPerHour, 0, MOST_CRASHES),
    usage: {
      cpu: number('usage.cpu', given.usage?.cpu, usage.cpu, MOST_USAGE),
      memory: number('usage.memory', given.usage?.memory, usage.memory, MOST_USAGE),
    },
  };
}

/** As many addresses as a node has. */
export const MOST_PODS = 500;
/** Once a second. */
const MOST_CRASHES = 3_600;
const MOST_USAGE = 100;
const LONGEST_DELAY_MS = 86_400_000;

/** `1s`, or `500ms-2s` for any length between the two. */
function delay(path: string, value: string | undefined, byDefault: Delay, errors: FieldError[]): Delay {
  if (value === undefined) return byDefault;
  const [from = -1, to = from, ...more] = value.split('-', 3).map((part) => durationMs(part) ?? -1);
  if (from >= 0 && to >= from && to <= LONGEST_DELAY_MS && more.length === 0) return { from, to };
  errors.push(invalid(path, value, 'must be a duration, or two with a dash between: 500ms-2s; at most 24h'));
  return byDefault;
}
