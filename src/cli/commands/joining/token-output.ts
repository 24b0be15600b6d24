// The list of tokens as `kubeadm token list` prints it, to the byte. Pure, but for the YAML writer that is loaded when needed.
import { type BootstrapToken, shortDuration } from '../../../cluster/join/tokens.ts';
import { table } from '../../output/print.ts';

export async function renderTokens(
  format: 'text' | 'json' | 'yaml',
  tokens: readonly BootstrapToken[],
  now: number,
): Promise<string> {
  const objects = tokens.map((token) => ({
    kind: 'BootstrapToken',
    apiVersion: 'output.kubeadm.k8s.io/v1alpha3',
    ...token,
  }));
  if (format === 'json') return objects.map((one) => `${JSON.stringify(one, undefined, 4)}\n`).join('');
  if (format === 'yaml') {
    const { dump } = await import('js-yaml');
    const style = { lineWidth: -1, sortKeys: true, seqNoIndent: true, quoteStyle: 'double' } as const;
    return objects.map((one) => dump(one, style)).join('---\n');
  }
  if (tokens.length === 0) return '';
  return table(tokens, [
    { title: 'TOKEN', cell: ({ token }) => token },
    {
      title: 'TTL',
      cell: ({ expires }) => (expires ? shortDuration(Date.parse(expires) - now) : '<forever>').padEnd(9),
    },
    { title: 'EXPIRES', cell: ({ expires }) => expires ?? '<never>' },
    { title: 'USAGES', cell: ({ usages }) => (usages?.join() ?? '<none>').padEnd(22) },
    { title: 'DESCRIPTION', cell: ({ description }) => (description ?? '<none>').padEnd(56) },
    { title: 'EXTRA GROUPS', cell: ({ groups }) => groups?.join() ?? '<none>' },
  ]);
}
