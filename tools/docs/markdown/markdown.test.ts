import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { highlighted } from './highlight.ts';
import { darkOf, inlined } from './pictures.ts';
import { render, type Targets } from './render.ts';
import { slugOf, slugs } from './slug.ts';

const targets: Targets = {
  link: (href) => (href === 'nowhere' ? undefined : href),
  picture: (source, description) => `<img src="${source}" alt="${description}">`,
};
const html = (source: string) => render(source, targets).html;

describe('anchors', () => {
  it('are those of GitHub', () => {
    assert.equal(
      slugOf('Claims that bind, out of the box: `x`'.replaceAll('`', '')),
      'claims-that-bind-out-of-the-box-x',
    );
    assert.equal(slugOf('What is a “Größe”?'), 'what-is-a-größe');
    assert.equal(slugOf('tiphys.yaml: nodes'), 'tiphysyaml-nodes');
  });

  it('have a number from the second of a name on', () => {
    const slug = slugs();
    assert.deepEqual(['Setup', 'Other', 'Setup'].map(slug), ['setup', 'other', 'setup-1']);
  });
});

describe('a page', () => {
  it('shows HTML of its source as text', () => {
    assert.match(html('a <script>alert(1)</script> b'), /&lt;script&gt;alert\(1\)&lt;\/script&gt;/);
    assert.doesNotMatch(html('[x](javascript:alert(1))'), /href="javascript/);
    assert.match(html('```yaml a"b.yaml\n<b>: 1\n```'), /&lt;b&gt;/);
  });

  it('has headings with anchors, and sections with their text', () => {
    const { title, headings, sections } = render(
      '# Title `x`\n\nfirst\n\n## Next\n\nsecond **bold**\n',
      targets,
    );
    assert.equal(title, 'Title x');
    assert.deepEqual(
      headings.map(({ id }) => id),
      ['title-x', 'next'],
    );
    assert.deepEqual(
      sections.map(({ text }) => text.trim()),
      ['first', 'second bold'],
    );
  });

  it('has plain text where a link has no target', () => {
    assert.match(
      html('see [here](nowhere) and [there](x.html)'),
      /<span class="path">here<\/span> and <a href="x.html">there<\/a>/,
    );
  });

  it('has notes and warnings, and no comments', () => {
    assert.match(html('> [!WARNING]\n> careful\n'), /<blockquote class="alert warning">\s*<p>careful/);
    assert.doesNotMatch(html('<!-- varies: usage -->\n```console\n$ true\n```\n'), /varies/);
  });
});

describe('code', () => {
  it('of a console tells what is typed from what is printed', () => {
    assert.equal(
      highlighted('$ echo "<a>"\n<a>\n', 'console'),
      '<span class="prompt">$ </span><span class="typed">echo &quot;&lt;a&gt;&quot;</span>\n<span class="printed">&lt;a&gt;</span>',
    );
  });

  it('of YAML has keys, strings and comments', () => {
    assert.equal(
      highlighted('- name: "a" # b', 'yaml'),
      '- <span class="key">name</span>:<span class="string"> &quot;a&quot;</span><span class="comment"> # b</span>',
    );
    assert.equal(highlighted('http://x: [1]', 'sh'), 'http://x: [1]');
  });
});

describe('pictures', () => {
  it('become part of the page without their own colours', () => {
    const shown = inlined('<svg aria-label="x"><style>a{}</style><rect/></svg>', 'A "box"');
    assert.equal(shown, '<span class="drawing"><svg aria-label="A &quot;box&quot;"><rect/></svg></span>');
  });

  it('are refused when they could run or load something', () => {
    for (const bad of ['<svg><script/></svg>', '<svg onload="x"/>', '<svg><image href="http://x"/></svg>'])
      assert.throws(() => inlined(bad, 'x'), /may not run or load/);
    inlined('<svg><path marker-end="url(#head)"/></svg>', 'x');
  });

  it('have a dark one beside a light one', () => {
    assert.equal(darkOf('docs/pictures/nodes-light.png'), 'docs/pictures/nodes-dark.png');
    assert.equal(darkOf('docs/pictures/nodes.png'), undefined);
  });
});
