// Where a webhook is called: a URL, or a path of a Service. For webhooks that convert custom objects.
// Upstream: staging/src/k8s.io/apiserver/pkg/util/webhook/validation.go.
import { type FieldError, invalid, required } from './field.ts';
import { isDNS1123Subdomain, isValidPortNumber } from './names.ts';

const FORM = '; desired format: https://host[/path]';

export function validateWebhookUrl(path: string, text: string): FieldError[] {
  if (!URL.canParse(text)) {
    const scheme = /^([a-z][a-z0-9+.-]*):/i.exec(text)?.[1] ?? '';
    return [
      ...(scheme === 'https' ? [] : [invalid(path, scheme, `'https' is the only allowed URL scheme${FORM}`)]),
      invalid(path, '', `host must be specified${FORM}`),
    ];
  }
  const { protocol, host, username, password, hash, search } = new URL(text);
  const errors: FieldError[] = [];
  const scheme = protocol.slice(0, -1);
  if (scheme !== 'https') errors.push(invalid(path, scheme, `'https' is the only allowed URL scheme${FORM}`));
  if (host === '') errors.push(invalid(path, host, `host must be specified${FORM}`));
  if (username || password)
    errors.push(invalid(path, username, 'user information is not permitted in the URL'));
  if (hash.length > 1) errors.push(invalid(path, hash.slice(1), 'fragments are not permitted in the URL'));
  if (search.length > 1)
    errors.push(invalid(path, search.slice(1), 'query parameters are not permitted in the URL'));
  return errors;
}

interface Service {
  readonly name?: string;
  readonly namespace?: string;
  readonly path?: string;
  readonly port?: number;
}

export function validateWebhookService(path: string, service: Service): FieldError[] {
  const errors: FieldError[] = [];
  if (!service.name) errors.push(required(`${path}.name`));
  if (!service.namespace) errors.push(required(`${path}.namespace`));
  const texts = isValidPortNumber(service.port ?? 443);
  if (texts.length > 0)
    errors.push(invalid(`${path}.port`, service.port, `port is not valid: ${texts.join(', ')}`));
  return [...errors, ...pathErrors(`${path}.path`, service.path ?? '')];
}

function pathErrors(path: string, value: string): FieldError[] {
  if (value === '' || value === '/') return [];
  if (value === '//') return [invalid(path, value, 'segment[0] may not be empty')];
  const start = value.startsWith('/') ? [] : [invalid(path, value, "must start with a '/'")];
  const steps = value.slice(1).replace(/\/$/, '').split('/');
  return [
    ...start,
    ...steps.flatMap((step, i) => {
      if (step === '') return [invalid(path, value, `segment[${i}] may not be empty`)];
      return isDNS1123Subdomain(step).map((text) => invalid(path, value, `segment[${i}]: ${text}`));
    }),
  ];
}
