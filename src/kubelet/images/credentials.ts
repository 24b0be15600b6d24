// Selects the registry credentials among a pod's imagePullSecrets that apply to an image. Pure.
import type { Secret } from '../../api/kinds/core/v1/secret.ts';
import type { AuthConfig } from '../../cri/runtime.ts';

interface DockerEntry {
  readonly username?: string;
  readonly password?: string;
  readonly auth?: string;
  readonly identitytoken?: string;
  readonly registrytoken?: string;
}

/** Credentials for `image`, the most specific server first. */
export function credentialsFor(image: string, secrets: readonly Secret[]): AuthConfig[] {
  const found: { server: string; auth: AuthConfig }[] = [];
  for (const secret of secrets)
    for (const [server, entry] of Object.entries(entriesOf(secret)))
      if (entry && matches(server, image)) found.push({ server, auth: authOf(server, entry) });
  return found.sort((a, b) => b.server.length - a.server.length).map(({ auth }) => auth);
}

function entriesOf(secret: Secret): Record<string, DockerEntry | null> {
  const config = secret.data?.['.dockerconfigjson'];
  const legacy = secret.data?.['.dockercfg'];
  try {
    if (config) return JSON.parse(Buffer.from(config, 'base64').toString()).auths ?? {};
    if (legacy) return JSON.parse(Buffer.from(legacy, 'base64').toString());
  } catch {
    // Malformed credentials are skipped: the pull then fails with the registry's own message.
  }
  return {};
}

function authOf(server: string, entry: DockerEntry): AuthConfig {
  const plain = entry.auth ? Buffer.from(entry.auth, 'base64').toString() : '';
  const colon = plain.indexOf(':');
  const username = entry.username ?? (colon >= 0 ? plain.slice(0, colon) : undefined);
  const password = entry.password ?? (colon >= 0 ? plain.slice(colon + 1) : undefined);
  return {
    serverAddress: server,
    ...(username !== undefined && { username }),
    ...(password !== undefined && { password }),
    ...(entry.identitytoken && { identityToken: entry.identitytoken }),
    ...(entry.registrytoken && { registryToken: entry.registrytoken }),
  };
}

function matches(server: string, image: string): boolean {
  const entry = server
    .replace(/^https?:\/\//, '')
    .replace(/\/v[12]\/?$/, '')
    .replace(/\/$/, '');
  const [host = '', ...path] = entry.split('/');
  const name = withRegistry(image);
  const [imageHost = '', ...imagePath] = name.split('/');
  const dockerHub = host === 'index.docker.io' || host === 'docker.io';
  if (!hostMatches(dockerHub ? 'docker.io' : host, imageHost)) return false;
  return `${imagePath.join('/')}/`.startsWith(path.length ? `${path.join('/')}` : '');
}

function hostMatches(pattern: string, host: string): boolean {
  const [wanted, have] = [pattern.split('.'), host.split('.')];
  if (wanted.length !== have.length) return false;
  return wanted.every((part, i) => fits(part, have[i]!));
}

/** `*` stands for any characters. Each goes back to the last star only, so the time is bounded by both lengths. */
function fits(pattern: string, text: string): boolean {
  let [at, star, taken] = [0, -1, 0];
  for (let i = 0; i < text.length; ) {
    if (pattern[at] === '*') [star, taken, at] = [at, i, at + 1];
    else if (pattern[at] === text[i]) [at, i] = [at + 1, i + 1];
    else if (star >= 0) [at, i, taken] = [star + 1, taken + 1, taken + 1];
    else return false;
  }
  while (pattern[at] === '*') at++;
  return at === pattern.length;
}

/** `busybox` → `docker.io/library/busybox`. */
function withRegistry(image: string): string {
  const first = image.split('/')[0]!;
  if (!image.includes('/')) return `docker.io/library/${image}`;
  return /[.:]|^localhost$/.test(first) ? image : `docker.io/${image}`;
}
