// Events are stored as core/v1 and also served as events.k8s.io/v1, in which some fields have other names.
// Upstream: pkg/apis/events/v1/conversion.go.
import type { Event as CoreEvent } from '../../api/kinds/core/v1/event.ts';
import type { Event as NewEvent } from '../../api/kinds/events/v1/event.ts';
import type { Conversion } from '../watch-cache/converted-cache.ts';

type Json = Record<string, unknown>;

/** Pairs of field names: core/v1, events.k8s.io/v1. All other fields have the same name in both. */
const NAMES: readonly (readonly [keyof CoreEvent, keyof NewEvent])[] = [
  ['involvedObject', 'regarding'],
  ['message', 'note'],
  ['reportingComponent', 'reportingController'],
  ['source', 'deprecatedSource'],
  ['firstTimestamp', 'deprecatedFirstTimestamp'],
  ['lastTimestamp', 'deprecatedLastTimestamp'],
  ['count', 'deprecatedCount'],
];

function renamed<T extends object>(
  object: object,
  apiVersion: string,
  names: ReadonlyMap<string, string>,
): T {
  const out: Json = {};
  for (const [key, value] of Object.entries(object)) out[names.get(key) ?? key] = value;
  return { ...out, apiVersion } as T;
}

const toNew = new Map<string, string>(NAMES);
const toCore = new Map<string, string>(NAMES.map(([core, other]) => [other, core]));

export const eventConversion: Conversion<CoreEvent, NewEvent> = {
  fromStored: (event) => renamed<NewEvent>(event, 'events.k8s.io/v1', toNew),
  toStored: (event) => renamed<CoreEvent>(event, 'v1', toCore),
};
