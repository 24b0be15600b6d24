// The parts of OpenAPI v2 documents that are used here. v2.ts builds them, gnostic.ts encodes them.
import type { Schema } from './dialect.ts';

export interface SwaggerParameter {
  readonly name: string;
  readonly in: 'query' | 'path' | 'body';
  readonly description?: string;
  readonly required?: boolean;
  readonly type?: string;
  readonly uniqueItems?: boolean;
  readonly schema?: Schema;
}

export interface SwaggerOperation {
  readonly tags: readonly string[];
  readonly description: string;
  readonly operationId: string;
  readonly consumes: readonly string[];
  readonly produces: readonly string[];
  readonly schemes: readonly string[];
  readonly parameters?: readonly SwaggerParameter[];
  readonly responses: Readonly<Record<string, { readonly description: string; readonly schema?: Schema }>>;
  readonly [extension: `x-${string}`]: unknown;
}

export type SwaggerPath = Record<string, SwaggerOperation | readonly SwaggerParameter[]>;

export interface Swagger {
  readonly swagger: '2.0';
  readonly info: { readonly title: string; readonly version: string };
  readonly paths: Record<string, SwaggerPath>;
  readonly definitions: Record<string, Schema>;
  readonly securityDefinitions: Record<string, unknown>;
  readonly security: readonly Record<string, readonly string[]>[];
}
