// The whole site as files in memory, and what is wrong with it: links and anchors that lead nowhere, pages that stand nowhere. Files are
// read through a port, so that tests need none.
import { posix } from 'node:path';
import { darkOf, image, inlined } from './markdown/pictures.ts';
import { type Rendered, render, type Targets } from './markdown/render.ts';
import { navigation } from './navigation.ts';
import { landing } from './page/landing.ts';
import { type NavigationSection, pageHtml } from './page/layout.ts';
import { ICON } from './page/logo.ts';
import { indexScript, searchIndex } from './page/search-index.ts';
import { outputOf, type Place, places, relative, type Sources } from './site.ts';

export interface Files {
  /** Of the repository; undefined for what is no file. */
  read(path: string): Buffer | undefined;
  isFolder(path: string): boolean;
}

export interface Site {
  readonly files: ReadonlyMap<string, string | Buffer>;
  readonly problems: readonly string[];
}

/** Files of the repository that pages link to are shown as they are, up to this size. */
const SHOWN_BYTES = 200_000;

interface Work {
  readonly sources: Sources;
  readonly files: Files;
  readonly out: Map<string, string | Buffer>;
  readonly problems: string[];
  /** Anchors that are linked to: page, anchor, and where from. */
  readonly anchors: { readonly page: string; readonly id: string; readonly from: string }[];
}

/** Copies a file of the repository into the site, and gives its place there. */
function copied(work: Work, path: string): string | undefined {
  const content = work.files.read(path);
  if (!content || content.length > SHOWN_BYTES) return undefined;
  const kept = /\.(svg|png|webp|jpg)$/.test(path);
  const output = `files/${path}${kept ? '' : '.txt'}`;
  work.out.set(output, content);
  return output;
}

function targetsOf(work: Work, path: string): Targets {
  const here = outputOf(path);
  const resolve = (href: string) => posix.normalize(posix.join(posix.dirname(path), href));
  return {
    link(href) {
      if (/^https?:/.test(href)) return href;
      const [file = '', id] = href.split('#', 2);
      const target = file ? resolve(file).replace(/\/$/, '') : path;
      if (work.sources.has(target)) {
        if (id) work.anchors.push({ page: target, id, from: path });
        return `${file ? relative(here, outputOf(target)) : ''}${id ? `#${id}` : ''}`;
      }
      if (target === 'README.md') return relative(here, 'index.html');
      if (work.files.isFolder(target)) {
        const first = [...work.sources.keys()].find((one) => one.startsWith(`${target}/`));
        return first && relative(here, outputOf(first));
      }
      const output = copied(work, target);
      if (!output && !work.files.read(target)) work.problems.push(`${path}: ${href} leads nowhere`);
      return output && relative(here, output);
    },
    picture(source, description) {
      if (!description) work.problems.push(`${path}: the picture ${source} has no description`);
      const target = resolve(source);
      const content = work.files.read(target);
      if (!content) {
        work.problems.push(`${path}: the picture ${source} does not exist`);
        return '';
      }
      if (target.endsWith('.svg')) return inlined(content.toString(), description);
      const dark = darkOf(target);
      const darkOutput = dark && copied(work, dark);
      const shown = relative(here, copied(work, target) ?? '');
      if (!darkOutput) return image(shown, description);
      return image(shown, description, 'light') + image(relative(here, darkOutput), description, 'dark');
    },
  };
}

/** The first words of a page, for those who look at a list of links. */
const descriptionOf = ({ sections }: Rendered): string => (sections[0]?.text ?? '').slice(0, 160).trim();

function sectionsOf(listed: readonly Place[], titles: ReadonlyMap<string, string>): NavigationSection[] {
  return navigation.map((group) => ({
    title: group.title,
    closed: group.closed === true,
    entries: listed
      .filter((one) => one.group === group)
      .map(({ path }) => ({ title: titles.get(path) ?? path, output: outputOf(path) })),
  }));
}

/** `assets` are the scripts and the style, by name. */
export function buildSite(
  sources: Sources,
  readme: string,
  files: Files,
  assets: ReadonlyMap<string, string>,
): Site {
  const work: Work = { sources, files, out: new Map(assets), problems: [], anchors: [] };
  const listed = places(sources.keys());
  const known = new Set(listed.map(({ path }) => path));
  work.problems.push(
    ...[...sources.keys()].filter((path) => !known.has(path)).map((path) => `${path} stands nowhere`),
    ...[...known].filter((path) => !sources.has(path)).map((path) => `${path} does not exist`),
  );
  const pages = new Map<string, Rendered>();
  for (const { path } of listed) {
    const source = sources.get(path);
    if (source !== undefined) pages.set(path, render(source, targetsOf(work, path)));
  }
  const titles = new Map([...pages].map(([path, { title }]) => [path, title]));
  const there = listed.filter(({ path }) => pages.has(path));
  const sections = sectionsOf(there, titles);
  const entry = (place: Place | undefined) =>
    place && { title: titles.get(place.path)!, output: outputOf(place.path) };
  for (const [i, { path, group }] of there.entries()) {
    const page = pages.get(path)!;
    const [previous, next] = [entry(there[i - 1]), entry(there[i + 1])];
    const parts = { ...page, output: outputOf(path), section: group.title, description: descriptionOf(page) };
    work.out.set(
      outputOf(path),
      pageHtml({ ...parts, ...(previous && { previous }), ...(next && { next }) }, sections),
    );
  }
  const home = landing(readme, sections);
  work.out.set('index.html', pageHtml(home, sections));
  work.out.set('icon.svg', ICON);
  const indexed = [...pages].map(([path, { title, sections: found }]) => ({
    title,
    output: outputOf(path),
    sections: found,
  }));
  work.out.set('search-index.js', indexScript(searchIndex(indexed)));
  for (const { page, id, from } of work.anchors)
    if (!pages.get(page)?.headings.some((heading) => heading.id === id))
      work.problems.push(`${from}: ${page} has no heading #${id}`);
  return { files: work.out, problems: work.problems };
}
