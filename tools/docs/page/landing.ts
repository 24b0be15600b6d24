// The first page: what Tiphys is, how to start it, what was measured (read from README.md, where the figures stand), and where to go on.
import { escaped } from '../html.ts';
import { navigation } from '../navigation.ts';
import type { NavigationSection, PageParts } from './layout.ts';
import { LOGO } from './logo.ts';

/** A row of README's table: what was measured, here, and of the reference. */
export interface Figure {
  readonly what: string;
  readonly ours: string;
  readonly theirs: string;
}

/** Rows of “How it compares” that are shown, by the words with which they begin. */
const SHOWN = [
  'start to API ready',
  'start to node Ready',
  'start to three hello replicas',
  'memory at rest',
  'GET, 32 connections',
  'one event to 1,000 watchers',
];

/** Throws when the table is not there, or a row is missing: no figure is shown that README does not have. */
export function figuresOf(readme: string): Figure[] {
  const rows = readme
    .split('\n')
    .filter((line) => line.startsWith('| '))
    .map((line) => line.split('|').map((cell) => cell.trim()));
  return SHOWN.map((begin) => {
    const row = rows.find(([, what]) => what?.startsWith(begin));
    if (!row) throw new Error(`README.md has no figure for "${begin}"`);
    return { what: row[1]!, ours: row[2]!, theirs: row[3]! };
  });
}

/** The first number of a text; of a range its lower end, which is the kinder one for the other. */
const numberIn = (text: string): number => Number(/[\d,.]+/.exec(text)?.[0].replaceAll(',', '') ?? 0);

const BAR = 300;

function bars({ ours, theirs }: Figure): string {
  const [a, b] = [numberIn(ours), numberIn(theirs)];
  const width = (value: number) => Math.max(2, Math.round((BAR * value) / Math.max(a, b, 1)));
  return `<svg class="bars" viewBox="0 0 ${BAR} 22" preserveAspectRatio="none" aria-hidden="true"><rect class="ours" y="1" width="${width(a)}" height="9" rx="2"/><rect class="theirs" y="12" width="${width(b)}" height="9" rx="2"/></svg>`;
}

const figureRow = (figure: Figure): string =>
  `<tr><th scope="row">${escaped(figure.what)}</th><td>${bars(figure)}</td><td class="ours">${escaped(figure.ours)}</td><td class="theirs">${escaped(figure.theirs)}</td></tr>`;

const POINTS: readonly (readonly [string, string])[] = [
  [
    'Real containers',
    'Each node is a network and a file system of its own with a containerd. No Docker, no virtual machine, no image to pull.',
  ],
  [
    'The whole API',
    'Every stable kind of v1.36 with its fields, defaults, validation and tables. kubectl, Helm and client libraries work as they are.',
  ],
  [
    'Everything inside',
    'kubectl, DNS, Services, network policies, storage with snapshots, Ingress, Gateway API: nothing has to be installed afterwards.',
  ],
  [
    'Explains itself',
    '<code>tiphys why pod/NAME</code> says what each node lacks for a pod, why a container restarts, why a claim waits.',
  ],
  [
    'To look at',
    '<code>tiphys dashboard</code> opens a page that the control plane serves itself, with your rights and no others; <code>tiphys watch</code> is the same for a terminal.',
  ],
  [
    'The developer’s loop',
    '<code>tiphys dev</code> brings each change of a file to its pods. A registry inside takes what Docker and Podman push; archives and directories need none.',
  ],
  [
    'In one file',
    'A cluster can be described in <code>tiphys.yaml</code>: nodes, labels, mounts, ports, registries. The same cluster again, on a laptop and in a CI job.',
  ],
  [
    'From one to many',
    'A cluster for a test in a second; other machines join with one command; three servers share an etcd.',
  ],
  [
    'To be read',
    'Plain TypeScript that Node.js runs as it is, in small files. Each folder has a page that says what it promises.',
  ],
];

const START = `$ npm start -- --nodes 2 --detach
$ bin/tiphys kubectl get nodes`;

export function landing(readme: string, sections: readonly NavigationSection[]): PageParts {
  const first = sections[0]?.entries[0];
  const cards = sections
    .map(({ title, entries }) => {
      const about = navigation.find((group) => group.title === title)?.about ?? '';
      return entries[0]
        ? `<a class="card" href="${entries[0].output}"><strong>${escaped(title)}</strong><span>${escaped(about)}</span></a>`
        : '';
    })
    .join('\n');
  const points = POINTS.map(([title, text]) => `<li><h3>${title}</h3><p>${text}</p></li>`).join('\n');
  const typed = START.split('\n')
    .map((line) => `<span class="prompt">$ </span><span class="typed">${escaped(line.slice(2))}</span>`)
    .join('\n');
  const html = `<section class="hero">
<div class="emblem">${LOGO}</div>
<h1>Kubernetes, written in TypeScript</h1>
<p>One command boots a real cluster in about a second. It runs real containers through containerd, serves the Kubernetes v1.36 API over TLS, and
kubectl, Helm and client libraries work with it unchanged.</p>
<figure class="code" data-language="console"><pre tabindex="0"><code>${typed}</code></pre></figure>
<p class="actions">${first ? `<a class="button" href="${first.output}">Start the tutorial</a>` : ''} <a class="button quiet" href="architecture.html">How it is built</a></p>
</section>
<section class="points"><ul>
${points}
</ul></section>
<section class="figures">
<h2 id="measured">Measured</h2>
<p>On two virtual cores with 24 GiB, Debian 12; beside Kubernetes v1.36.2 with etcd on the same kind of machine. All figures, and how they were taken, stand in
the repository’s README; each can be measured again with <code>npm run bench</code>.</p>
<div class="table" tabindex="0" role="region" aria-label="Figures"><table><thead><tr><th></th><th></th><th>Tiphys</th><th>reference</th></tr></thead><tbody>
${figuresOf(readme).map(figureRow).join('\n')}
</tbody></table></div>
</section>
<section class="cards"><h2 id="read-on">Read on</h2>
<div>
${cards}
</div></section>`;
  return {
    title: 'Tiphys: Kubernetes, written in TypeScript',
    output: 'index.html',
    html,
    headings: [],
    description: 'A real Kubernetes cluster from one command, in about a second.',
  };
}
