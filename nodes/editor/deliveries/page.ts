/**
 * The log as a page of its own: it looks and speaks as the editor beside it, and asks with the editor's access token. Where
 * the editor is disabled it looks by itself.
 */
import { saidBy } from '../../../src/sentence';
import { element } from '../dom';
import { said } from '../said';
import { LogClient, LogError } from './log-client';
import type { LogHost } from './log-host';
import { LogView } from './log-view';
import { paced } from './paced';
import { timesIn } from './times';

/** The editor, seen from here. */
const EDITOR = '../';
/** How often to ask whether something is new. */
const LOOK_EVERY_MS = 1_000;

type Words = { readonly [key: string]: string | Words };

const hasEditor = document.documentElement.dataset['editor'] !== 'none';
const place = document.getElementById('telephony-page') ?? document.body;
const language = localStorage.getItem('editor-language') || navigator.language;
const client = new LogClient({ base: '', token });

void begin();

async function begin(): Promise<void> {
  followTheme();
  const [translate] = await Promise.all([words(), hasEditor && wearTheme()]);
  document.documentElement.lang = language;
  document.title = translate('sidebar.name');
  let revision: number;
  try {
    revision = await client.revision();
  } catch (error) {
    place.replaceChildren(head(translate), refusal(error, translate));
    return;
  }
  const view = new LogView(host(translate), (address, isStep) => {
    if (address === location.hash.slice(1)) return;
    history[isStep ? 'pushState' : 'replaceState'](null, '', `#${address}`);
  });
  place.replaceChildren(head(translate), view.element);
  const go = (): void => view.go(location.hash.slice(1));
  addEventListener('popstate', go);
  go();
  watch(view, revision);
}

function host(translate: Translate): LogHost {
  return {
    translate,
    client,
    times: timesIn(language),
    nodeControl(id, label, className, goal) {
      if (!hasEditor) return null;
      const href = `${EDITOR}#node/${encodeURIComponent(id)}${goal === 'edit' ? '/edit' : ''}`;
      return element('a', { class: className, href, target: 'node-red-editor' }, label);
    },
  };
}

function head(translate: Translate): HTMLElement {
  return element(
    'header',
    { class: 'telephony-page-head' },
    element('h1', {}, translate('sidebar.name')),
    ...(hasEditor
      ? [
          element(
            'a',
            { class: 'telephony-log-link', href: EDITOR, target: 'node-red-editor' },
            translate('sidebar.toEditor'),
          ),
        ]
      : []),
  );
}

function refusal(error: unknown, translate: Translate): HTMLElement {
  const status = error instanceof LogError ? error.status : 0;
  const reason = status === 401 ? (hasEditor ? 'login' : 'noLogin') : status === 403 ? 'forbidden' : null;
  const text = reason
    ? translate(`sidebar.${reason}`)
    : translate('sidebar.unavailable', { message: said(translate, saidBy(error)) });
  return element('p', { class: 'telephony-page-note', role: 'alert' }, text);
}

/** As the editor keeps it: by the path at which it is served. */
function token(): string | undefined {
  const editor = new URL(EDITOR, location.href).pathname.slice(0, -1).replaceAll('/', '-');
  try {
    const kept: unknown = JSON.parse(localStorage.getItem(`auth-tokens${editor}`) ?? 'null');
    return typeof kept === 'object' && kept !== null && 'access_token' in kept ? String(kept.access_token) : undefined;
  } catch {
    return undefined;
  }
}

/** Takes on the editor's style sheets, those of a theme included. */
async function wearTheme(): Promise<void> {
  const editor = await fetch(EDITOR)
    .then((answer) => answer.text())
    .catch(() => '');
  const sheets = new DOMParser().parseFromString(editor, 'text/html').querySelectorAll('link[rel="stylesheet"]');
  const [own] = document.head.getElementsByTagName('style');
  await Promise.all(
    [...sheets].map((sheet) => {
      const href = new URL(sheet.getAttribute('href') ?? '', new URL(EDITOR, location.href)).href;
      const link = element('link', { rel: 'stylesheet', href });
      own?.before(link);
      return new Promise((resolve) => {
        link.addEventListener('load', resolve);
        link.addEventListener('error', resolve);
      });
    }),
  );
}

/** Dark where the editor is, or by itself the system. */
function followTheme(): void {
  const system = matchMedia('(prefers-color-scheme: dark)');
  const follow = (): void => {
    const chosen = localStorage.getItem('view-dark-theme') ?? (hasEditor ? 'light' : 'auto');
    const isDark = chosen === 'dark' || (chosen === 'auto' && system.matches);
    document.documentElement.classList.toggle('nr-theme-dark', isDark);
  };
  follow();
  system.addEventListener('change', follow);
  addEventListener('storage', follow);
}

/** Not the editor's own, which come without those of a pack where it is disabled. */
async function words(): Promise<Translate> {
  const answer = await fetch(`words?${new URLSearchParams({ lng: language })}`).catch(() => undefined);
  const all = answer?.ok ? ((await answer.json()) as Words) : {};
  const lookUp = (key: string): string | undefined => {
    let found: string | Words | undefined = all;
    for (const part of key.split('.')) found = typeof found === 'object' ? found[part] : undefined;
    return typeof found === 'string' ? found : undefined;
  };
  // As i18next does it, which is the editor's.
  return (key, values = {}) => {
    const text = lookUp(key) ?? String(values['defaultValue'] ?? key);
    return values['skipInterpolation']
      ? text
      : text.replace(/__(\w+?)__/g, (mark, name: string) => String(values[name] ?? mark));
  };
}

/** Asks now and then whether the log has changed, while someone looks. */
function watch(view: LogView, known: number): void {
  const look = paced(async () => {
    try {
      const now = await client.revision();
      if (now !== known) view.refresh();
      known = now;
    } catch {
      view.refresh(); // it says what is wrong, and that it is over
    }
  }, LOOK_EVERY_MS);
  setInterval(() => {
    if (document.visibilityState === 'visible') look();
  }, LOOK_EVERY_MS);
  document.addEventListener('visibilitychange', () => {
    if (document.visibilityState === 'visible') look();
  });
}
