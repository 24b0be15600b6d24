// Checks objects in tests of rules: what is not given is made up, and errors are texts `path: message`.
import type { AnyResource, KubeObject } from '../../meta/v1/resource.ts';
import { validateCreate, validateStatusUpdate, validateUpdate } from '../validate.ts';

type Body = Record<string, unknown>;

const object = (kind: AnyResource, body: Body): KubeObject => ({
  apiVersion: 'v1',
  kind: kind.resource.kind,
  ...body,
  metadata: {
    name: 'x',
    ...(kind.resource.namespaced && { namespace: 'd' }),
    resourceVersion: '1',
    ...(body.metadata as object),
  },
});

const texts = (errors: { field: string; message: string }[]) => errors.map((e) => `${e.field}: ${e.message}`);

export const created = (kind: AnyResource, body: Body): string[] =>
  texts(validateCreate(kind, object(kind, body)));

export const updated = (kind: AnyResource, body: Body, old: Body): string[] =>
  texts(validateUpdate(kind, object(kind, body), object(kind, old)));

export const statusUpdated = (kind: AnyResource, body: Body, old: Body = body): string[] =>
  texts(validateStatusUpdate(kind, object(kind, body), object(kind, old)));
