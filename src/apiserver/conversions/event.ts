// Events are kept as core/v1 and also served as events.k8s.io/v1, which calls some fields by other names.
import type { Event as CoreEvent } from '../../api/kinds/core/v1/event.ts';
import type { Event as NewEvent } from '../../api/kinds/events/v1/event.ts';
import type { KubeObject } from '../../api/meta/v1/resource.ts';
import type { Conversion } from '../watch-cache/converted-cache.ts';

type Json = Record<string, unknown>;

/** Names in core/v1, and in events.k8s.io/v1. */
const NAMES: readonly (readonly [keyof CoreEvent, keyof NewEvent])[] = [
  ['involvedObject', 'regarding'],
  ['message', 'note'],
  ['reportingComponent', 'reportingController'],
  ['source', 'deprecatedSource'],
  ['firstTimestamp', 'deprecatedFirstTimestamp'],
  ['lastTimestamp', 'deprecatedLastTimestamp'],
  ['count', 'deprecatedCount'],
];

function renamed(object: KubeObject, apiVersion: string, names: ReadonlyMap<string, string>): KubeObject {
  const out: Json = {};
  for (const [key, value] of Object.entries(object)) out[names.get(key) ?? key] = value;
  return { ...out, apiVersion } as unknown as KubeObject;
}

const toNew = new Map<string, string>(NAMES);
const toCore = new Map<string, string>(NAMES.map(([core, other]) => [other, core]));

export const eventConversion: Conversion = {
  out: (object) => renamed(object, 'events.k8s.io/v1', toNew),
  back: (object) => renamed(object, 'v1', toCore),
};
