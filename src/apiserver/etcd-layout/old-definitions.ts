// kube-apiserver stores CustomResourceDefinitions as apiextensions.k8s.io/v1beta1, which it no longer serves: what all versions of a
// definition have in common stands once, above them. Called by foreign-values.ts.
// Upstream: staging/src/k8s.io/apiextensions-apiserver/pkg/apis/apiextensions/{v1,v1beta1}/conversion.go.
import type { KubeObject } from '../../api/meta/v1/resource.ts';

type Json = Readonly<Record<string, unknown>>;

const OLD = 'apiextensions.k8s.io/v1beta1';
const NEW = 'apiextensions.k8s.io/v1';

/** The object itself unless it is such a definition. */
export function definitionToday(object: KubeObject): KubeObject {
  if (object.apiVersion !== OLD || object.kind !== 'CustomResourceDefinition') return object;
  const { spec = {} } = object as KubeObject & { spec?: Json };
  const {
    version,
    versions,
    validation,
    subresources,
    additionalPrinterColumns,
    selectableFields,
    conversion,
    ...rest
  } = spec;
  const common = {
    ...(validation !== undefined && { schema: validation }),
    ...(subresources !== undefined && { subresources }),
    ...(additionalPrinterColumns !== undefined && { additionalPrinterColumns }),
    ...(selectableFields !== undefined && { selectableFields }),
  };
  const named = (versions as Json[] | undefined) ?? [{ name: version, served: true, storage: true }];
  return {
    ...object,
    apiVersion: NEW,
    spec: {
      ...rest,
      versions: named.map((each) => versionOf({ ...common, ...each })),
      ...(conversion !== undefined && { conversion: conversionOf(conversion as Json) }),
    },
  } as KubeObject;
}

function versionOf({ additionalPrinterColumns, ...rest }: Json): Json {
  const columns = (additionalPrinterColumns as Json[] | undefined)?.map(({ JSONPath, ...column }) => ({
    ...column,
    jsonPath: JSONPath,
  }));
  return columns ? { ...rest, additionalPrinterColumns: columns } : rest;
}

function conversionOf({ strategy, webhookClientConfig, conversionReviewVersions }: Json): Json {
  if (strategy !== 'Webhook') return { strategy };
  return {
    strategy,
    webhook: {
      ...(webhookClientConfig !== undefined && { clientConfig: webhookClientConfig }),
      conversionReviewVersions: conversionReviewVersions ?? ['v1beta1'],
    },
  };
}
