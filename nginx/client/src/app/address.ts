// The page's address says what is open: /de/harbor/messaging?tenant=acme&folder=sent&message=77
import type { Language } from '../i18n/titles';
import { titles } from '../i18n/titles';
import { startView, type Folder, type State, type View } from '../store/state';
import type { App } from './app';

const isLanguage = (text: string | undefined): text is Language => text !== undefined && Object.hasOwn(titles, text);

export function languageOfPage(): Language {
  const words = [location.pathname.split('/')[1], document.documentElement.lang, ...navigator.languages];
  return words.map((word) => word?.slice(0, 2).toLowerCase()).find(isLanguage) ?? 'en';
}

export function addressIn(language: Language): string {
  return `/${language}/harbor/messaging${location.search}`;
}

const folders: Folder[] = ['inbox', 'sent', 'archived'];

function viewOfAddress(): View {
  const query = new URLSearchParams(location.search);
  const id = Number(query.get('message'));
  return {
    folder: folders.find((folder) => folder === query.get('folder')) ?? startView.folder,
    unreadOnly: query.has('unread'),
    messageId: Number.isSafeInteger(id) && id > 0 ? id : null,
  };
}

function addressOf({ tenantId, view, person }: State): string {
  const query = new URLSearchParams();
  if (tenantId && (person?.tenants.length ?? 0) > 1) query.set('tenant', tenantId);
  if (view.folder !== startView.folder) query.set('folder', view.folder);
  if (view.unreadOnly) query.set('unread', '1');
  if (view.messageId !== null) query.set('message', String(view.messageId));
  return query.size ? `?${query.toString()}` : location.pathname;
}

/** Keeps address and view equal, both ways. For the page of its own only: an embedding page owns its address. */
export function useAddress({ store, session }: App): void {
  session.wanted = new URLSearchParams(location.search).get('tenant');
  store.dispatch({ type: 'view', view: viewOfAddress() });
  addEventListener('popstate', () => store.dispatch({ type: 'view', view: viewOfAddress() }));
  store.listen((state, before) => {
    if (state.session !== 'signed-in') return;
    const wanted = addressOf(state);
    if (wanted === (location.search || location.pathname)) return;
    const isOpening = state.view.messageId !== null && before.view.messageId === null && before.view.folder === state.view.folder;
    if (isOpening) history.pushState(null, '', wanted);
    else history.replaceState(null, '', wanted);
  });
}
