// One page of Markdown as HTML, with its headings and its text for the search. HTML in the source is text. Where links and pictures lead
// is decided by the caller.
import markdownIt, { type MarkdownIt, type Token } from 'markdown-it';
import { escaped } from '../html.ts';
import { highlighted } from './highlight.ts';
import { slugs } from './slug.ts';

export interface Heading {
  readonly level: number;
  readonly id: string;
  readonly text: string;
}

/** What stands between two headings. */
export interface Section {
  readonly heading: Heading;
  readonly text: string;
}

export interface Rendered {
  readonly title: string;
  readonly html: string;
  readonly headings: readonly Heading[];
  readonly sections: readonly Section[];
}

export interface Targets {
  /** The value of `href`; undefined for what cannot be linked to, which is shown as plain text. */
  link(href: string): string | undefined;
  /** HTML for a picture. */
  picture(source: string, description: string): string;
}

const ALERT = /^\[!(NOTE|TIP|IMPORTANT|WARNING|CAUTION)\]\n?/;

/** `> [!NOTE]`, as GitHub shows it. */
function markAlerts(tokens: Token[]): void {
  for (const [i, token] of tokens.entries()) {
    const inline = tokens[i + 2];
    if (token.type !== 'blockquote_open' || inline?.type !== 'inline') continue;
    const kind = ALERT.exec(inline.content)?.[1]?.toLowerCase();
    if (!kind) continue;
    token.attrJoin('class', `alert ${kind}`);
    inline.children!.splice(0, inline.children![1]?.type === 'softbreak' ? 2 : 1);
  }
}

const plainText = (token: Token | undefined): string =>
  (token?.children ?? []).map(({ type, content }) => (type === 'softbreak' ? ' ' : content)).join('');

function takeSections(tokens: Token[]): { headings: Heading[]; sections: Section[] } {
  const slug = slugs();
  const sections: { heading: Heading; text: string }[] = [];
  for (const [i, token] of tokens.entries()) {
    if (token.type === 'heading_open') {
      const text = plainText(tokens[i + 1]);
      const heading = { level: Number(token.tag.slice(1)), id: slug(text), text };
      token.attrSet('id', heading.id);
      sections.push({ heading, text: '' });
    } else if (
      tokens[i - 1]?.type !== 'heading_open' &&
      (token.type === 'inline' || token.type === 'fence')
    ) {
      const last = sections.at(-1);
      if (last) last.text += `${token.type === 'fence' ? token.content : plainText(token)} `;
    }
  }
  return { headings: sections.map(({ heading }) => heading), sections };
}

function renderer(targets: Targets): MarkdownIt {
  const markdown = markdownIt({ html: false, linkify: false, typographer: false });
  const { rules } = markdown.renderer;
  const attribute = (token: Token, name: string): string => String(token.attrGet(name) ?? '');
  rules.heading_close = (tokens, i) => {
    const id = attribute(tokens[i - 2]!, 'id');
    return ` <a class="anchor" href="#${escaped(id)}" aria-label="Link to this section">#</a></${tokens[i]!.tag}>\n`;
  };
  rules.table_open = () => '<div class="table" tabindex="0" role="region" aria-label="Table"><table>\n';
  rules.table_close = () => '</table></div>\n';
  rules.fence = (tokens, i) => {
    const { info, content } = tokens[i]!;
    const [language = '', name] = info.trim().split(/\s+/);
    const caption = name ? `<figcaption>${escaped(name)}</figcaption>` : '';
    const code = `<pre tabindex="0"><code>${highlighted(content, language)}</code></pre>`;
    return `<figure class="code" data-language="${escaped(language)}">${caption}${code}</figure>\n`;
  };
  rules.code_block = (tokens, i) =>
    `<figure class="code"><pre tabindex="0"><code>${escaped(tokens[i]!.content)}</code></pre></figure>\n`;
  rules.image = (tokens, i) => targets.picture(attribute(tokens[i]!, 'src'), tokens[i]!.content);
  // Whether the link that is open has a target.
  let linked = true;
  rules.link_open = (tokens, i) => {
    const href = targets.link(attribute(tokens[i]!, 'href'));
    linked = href !== undefined;
    if (href === undefined) return '<span class="path">';
    const outside = /^https?:/.test(href) ? ' class="outside" rel="noopener noreferrer"' : '';
    return `<a href="${escaped(href)}"${outside}>`;
  };
  rules.link_close = () => (linked ? '</a>' : '</span>');
  return markdown;
}

/** Comments for tests are no text of the page. */
const withoutComments = (source: string): string => source.replace(/^<!--.*-->\n/gm, '');

export function render(source: string, targets: Targets): Rendered {
  const markdown = renderer(targets);
  const tokens = markdown.parse(withoutComments(source), {});
  markAlerts(tokens);
  const { headings, sections } = takeSections(tokens);
  const html = markdown.renderer.render(tokens, markdown.options, {});
  return { title: headings[0]?.text ?? '', html, headings, sections };
}
