// The frame of all pages: navigation at the left, namespace and who one is above, the page.
import { useComputed, useSignal } from '@preact/signals';
import type { FunctionComponent } from 'preact';
import { useEffect } from 'preact/hooks';
import { Empty, Spinner } from '../../pieces/small.tsx';
import { Toasts } from '../../pieces/toast.tsx';
import { findPage } from '../find-page.ts';
import type { Page, PageProps } from '../page.ts';
import { route } from '../route.ts';
import { Banner } from './banner.tsx';
import { Finder, finderOpen } from './finder.tsx';
import { goTo } from './go.ts';
import { Help, helpOpen } from './help.tsx';
import { followKeys } from './keyboard.ts';
import { Sidebar, sidebarOpen } from './sidebar.tsx';
import { TopBar } from './top-bar.tsx';

export function Shell() {
  useEffect(() => {
    followKeys({
      go: goTo,
      help: () => {
        helpOpen.value = true;
      },
      find: () => {
        finderOpen.value = true;
      },
    });
  }, []);
  return (
    <div class={`shell${sidebarOpen.value ? ' with-sidebar' : ''}`}>
      <a class="skip" href="#main">
        Skip to the page
      </a>
      <Sidebar />
      <div class="content">
        <TopBar />
        <Banner />
        <main id="main" tabIndex={-1}>
          <CurrentPage />
        </main>
      </div>
      <Finder />
      <Help />
      <Toasts />
    </div>
  );
}

const loaded = new Map<Page, FunctionComponent<PageProps>>();

function CurrentPage() {
  const found = useComputed(() => findPage(route.value.path));
  const failed = useSignal<string | undefined>(undefined);
  const arrived = useSignal(0);
  const current = found.value;
  const page = current?.page;
  useEffect(() => {
    sidebarOpen.value = false;
    if (!page || loaded.has(page)) return;
    page.load().then(
      (module) => {
        loaded.set(page, module.default);
        failed.value = undefined;
        arrived.value++;
      },
      (error: Error) => {
        failed.value = error.message;
      },
    );
  }, [page]);
  // Read, so that this is drawn again when a page has come.
  void arrived.value;
  if (!current) return <Empty title="There is no such page" />;
  if (failed.value) return <Empty title="This page could not be loaded">{failed.value}</Empty>;
  const Loaded = loaded.get(current.page);
  return Loaded ? <Loaded params={current.params} query={route.value.query} /> : <Spinner />;
}
