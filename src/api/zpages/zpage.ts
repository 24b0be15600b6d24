// Pages about a component for its operators, /statusz and /flagz: plain text, or an object of config.k8s.io when the client asks
// for it by its kind. Pure. Called by the servers of all components.
// Upstream: staging/src/k8s.io/apiserver/pkg/server/statusz/statusz.go and …/flagz/flagz.go.

export interface PageAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

export interface Page {
  readonly kind: 'Statusz' | 'Flagz';
  /** The name of the component, as in kube-apiserver. */
  readonly component: string;
  /** The lines after the head. */
  readonly text: string;
  /** The fields of the object besides metadata. */
  readonly fields: object;
}

const GROUP = 'config.k8s.io';
const VERSIONS = ['v1beta1', 'v1alpha1'];
const TEXT = 'text/plain; charset=utf-8';
const STRUCTURED = ['application/json', 'application/yaml'];
/** Offers of an Accept header that are read. */
const MOST_OFFERS = 50;

export function answerPage(page: Page, accept: string | undefined): PageAnswer {
  if (!accept?.trim()) return textOf(page);
  for (const offer of accept.split(',', MOST_OFFERS)) {
    const [type = '', ...rest] = offer.split(';', 10).map((part) => part.trim());
    const parameters = new Map(rest.map((part) => part.split('=', 2) as [string, string]));
    const isPlain = !parameters.has('as');
    if (isPlain && ['text/plain', 'text/*', '*/*'].includes(type)) return textOf(page);
    const version = parameters.get('v') ?? '';
    const isMeant = parameters.get('as') === page.kind && parameters.get('g') === GROUP;
    const found = STRUCTURED.find((known) => [known, 'application/*', '*/*'].includes(type));
    if (found && isMeant && VERSIONS.includes(version)) return objectOf(page, found, version);
  }
  return notAcceptable();
}

const textOf = ({ kind, component, text }: Page): PageAnswer => ({
  status: 200,
  headers: { 'content-type': TEXT },
  body: `
${component} ${kind.toLowerCase()}
Warning: This endpoint is not meant to be machine parseable, has no formatting compatibility guarantees and is for debugging purposes only.
${text}`,
});

function objectOf({ kind, component, fields }: Page, type: string, version: string): PageAnswer {
  const object = { kind, apiVersion: `${GROUP}/${version}`, metadata: { name: component }, ...fields };
  const warning = `299 - "This version of the ${kind.toLowerCase()} endpoint is deprecated. Please use a newer version."`;
  const headers = { 'content-type': `${type};g=${GROUP};v=${version};as=${kind}` };
  return {
    status: 200,
    headers: version === 'v1alpha1' ? { ...headers, warning } : headers,
    // JSON is valid YAML.
    body: `${JSON.stringify(object)}\n`,
  };
}

function notAcceptable(): PageAnswer {
  const status = {
    kind: 'Status',
    apiVersion: 'v1',
    metadata: {},
    status: 'Failure',
    message: 'only the following media types are accepted: application/json, application/yaml, text/plain',
    reason: 'NotAcceptable',
    code: 406,
  };
  return {
    status: 406,
    headers: { 'content-type': 'application/json' },
    body: `${JSON.stringify(status)}\n`,
  };
}
