// OpenAPI v3 documents of a server, for the schemas of kinds that are not built in.
import type { Transport } from '../transport/transport.ts';
import { errorOf } from './failure.ts';

export interface GroupVersionKind {
  readonly group: string;
  readonly version: string;
  readonly kind: string;
}

const GVK = 'x-kubernetes-group-version-kind';

export interface ObjectSchema {
  readonly type?: string;
  readonly [GVK]?: readonly GroupVersionKind[];
}

/** The parts that are used. */
export interface OpenApiDocument {
  readonly paths?: Readonly<
    Record<string, { readonly get?: { readonly [GVK]?: GroupVersionKind } } | undefined>
  >;
  readonly components?: {
    readonly schemas?: Readonly<Record<string, ObjectSchema>>;
  };
}

/** Undefined if the server does not serve the version. */
export async function openApiDocument(
  transport: Transport,
  group: string,
  version: string,
): Promise<OpenApiDocument | undefined> {
  const path = group ? `/openapi/v3/apis/${group}/${version}` : `/openapi/v3/api/${version}`;
  const response = await transport.request({
    method: 'GET',
    path,
    headers: { accept: 'application/json' },
  });
  if (response.status === 404) return undefined;
  if (response.status >= 400) throw errorOf(response);
  return JSON.parse(response.body.toString()) as OpenApiDocument;
}
