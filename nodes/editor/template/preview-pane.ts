/**
 * The request as the runtime renders it while it is being edited, for a sample of each event type or one of the last real
 * events; copied as cURL, or sent once as a test.
 */
import type { Problem } from '../../../src/errors';
import { eventTypes, findEventType } from '../../../src/event/catalogue';
import type { Sentence } from '../../../src/sentence';
import { eventTitle } from '../catalogue-words';
import { asCurl, type ShownRequest } from '../curl';
import { element, icon, iconButton, show } from '../dom';
import { said } from '../said';
import { pretty } from './pretty-json';

/** In the words of the editor. */
export interface Finding {
  readonly field: string;
  readonly message: string;
  /** Where it is about one line of several: which, and what is said of it. */
  readonly atLine?: { readonly line: number; readonly message: string };
}

export interface Rendered {
  readonly request: ShownRequest | null;
  readonly error: Finding | null;
  readonly problems: readonly Finding[];
  readonly warnings: readonly Finding[];
  readonly time: string | null;
}

/** As the runtime says it. */
interface Told {
  readonly request: ShownRequest | null;
  readonly error: Problem | null;
  readonly problems: readonly Problem[];
  readonly warnings: readonly Problem[];
  readonly time: string | null;
}

interface Tested extends Told {
  readonly outcome: (Partial<Sentence> & { readonly ok: boolean }) | null;
  readonly response: {
    readonly statusCode: number;
    readonly headers: Readonly<Record<string, string | readonly string[]>>;
    readonly body: string;
    readonly bodyCut: boolean;
    readonly durationMs: number;
  } | null;
}

interface RealEvent {
  readonly id: string;
  readonly type: string;
  readonly time: string;
  readonly caller: string;
  readonly called: string;
}

export interface PreviewOptions {
  readonly translate: Translate;
  /** What is asked of the runtime, beside the event. */
  readonly asked: () => Readonly<Record<string, unknown>>;
  /** What only the editor knows: what is wired to what. */
  readonly warnings: () => readonly Problem[];
  /** The type of event of which a sample is shown first. */
  readonly firstType: string;
  /** Called with what the runtime said. */
  readonly onRendered: (rendered: Rendered) => void;
  /** The field at which a finding is said, in words; empty: it is said at none. */
  readonly nameOf: (field: string) => string;
  /** Goes to the field of a finding. */
  readonly onFinding: (field: string) => void;
}

export interface PreviewPane {
  /** Asks the runtime again. */
  refresh(): void;
  /** Asks again as soon as nothing has changed for a moment. */
  changed(): void;
  /** The panel is closed: nothing more is asked. */
  close(): void;
}

const PAUSE_MS = 300;
/** A row of a table in a message of the runtime, which counts from 0. */
const PLACE = /\b(?:user|query|headers|available)\[\d+\]/g;
const AT_LINE = 'template.at-line';
const IN_FIELD = 'template.in-field';
/** How the value of the choice begins for a real event, of which the id follows. */
const REAL = 'real ';

export function previewPane(container: HTMLElement, options: PreviewOptions): PreviewPane {
  const { translate, onRendered, onFinding } = options;
  const real = element('optgroup', { label: translate('preview.real') });
  const samples = element(
    'optgroup',
    { label: translate('preview.samples') },
    ...eventTypes.map((event) => element('option', { value: event.type }, eventTitle(translate, event))),
  );
  const choice = element('select', { 'aria-label': translate('preview.event') }, real, samples);
  choice.value = options.firstType;
  const copy = iconButton('clipboard', translate('preview.curl'), () => {
    if (last?.request) RED.clipboard.copyText(asCurl(last.request), $(copy), 'clipboard.copied');
  });
  copy.append(' cURL');
  const test = element(
    'button',
    { type: 'button', class: 'red-ui-button red-ui-button-small', title: translate('preview.testTip') },
    icon('paper-plane-o'),
    ` ${translate('preview.test')}`,
  );
  const notes = element('div', { class: 'telephony-findings', role: 'status' });
  const output = element('pre', {
    class: 'telephony-preview',
    role: 'group',
    tabindex: '0',
    'aria-label': translate('preview.request'),
  });
  const answer = element('div', { class: 'telephony-answer', role: 'status' });
  let last: Rendered | undefined;
  let asked = 0;
  let pause: number | undefined;
  /** What was asked with the last test, of which the answer is shown. Undefined: none is. */
  let tested: string | undefined;

  const question = (): string => {
    const isReal = choice.value.startsWith(REAL);
    const event = isReal ? { eventId: choice.value.slice(REAL.length) } : { eventType: choice.value };
    return JSON.stringify({ ...options.asked(), ...event });
  };
  const post = (path: string, data = question()): JQuery.jqXHR =>
    $.ajax({
      url: `telephony-webhooks/${path}`,
      method: 'POST',
      contentType: 'application/json',
      data,
    });
  const reason = (failure: JQuery.jqXHR): Problem => {
    const told = failure.responseJSON as (Partial<Sentence> & { field?: string | null }) | undefined;
    const denied = failure.status === 401 || failure.status === 403;
    const message = told?.message ?? translate(denied ? 'preview.denied' : 'preview.unavailable');
    return { field: told?.field ?? '', message, phrase: told?.phrase };
  };

  const refresh = (): void => {
    clearTimeout(pause);
    asked += 1;
    const mine = asked;
    const data = question();
    if (tested !== undefined && tested !== data) {
      tested = undefined;
      answer.replaceChildren();
    }
    post('preview', data).then(
      (rendered: Told) => {
        if (mine === asked) showRendered(rendered);
      },
      (failure: JQuery.jqXHR) => {
        const error = reason(failure);
        if (mine === asked) showRendered({ request: null, error, problems: [], warnings: [], time: null });
      },
    );
  };
  const say = (sentence: Sentence): string =>
    said(translate, sentence).replace(PLACE, (place) => options.nameOf(place).replace(/:$/, ''));
  const inWords = (problem: Problem): Finding => {
    const { field, ...sentence } = withoutField(problem);
    const { line, reason } = sentence.phrase?.code === AT_LINE ? sentence.phrase.values : {};
    const message = say(sentence);
    return typeof reason === 'object'
      ? { field, message, atLine: { line: Number(line), message: say(reason) } }
      : { field, message };
  };
  const showRendered = (told: Told): void => {
    const { request } = told;
    const error = told.error && inWords(told.error);
    const problems = told.problems.map(inWords);
    const wrong = new Set(problemsOf({ error, problems }).map(({ field }) => field));
    // What is wrong at a place comes first: a warning there is often of the same slip.
    const warnings = [...told.warnings, ...options.warnings()]
      .filter(({ field }) => field === '' || !wrong.has(field))
      .map(inWords);
    const rendered = { ...told, warnings, error, problems };
    last = rendered;
    notes.replaceChildren(...notesOf(problemsOf(rendered), 'problem'), ...notesOf(warnings, 'hint'));
    output.textContent = request ? asText(request) : '';
    show(output, request !== null);
    copy.disabled = request === null;
    test.disabled = request === null;
    onRendered(rendered);
  };
  /** What is said at a field is not said again here: one link leads to each. What belongs to no field is said here. */
  const notesOf = (findings: readonly Finding[], kind: 'problem' | 'hint'): readonly HTMLElement[] => {
    const said = new Set<string>();
    return findings.flatMap(({ field, message }) => {
      const name = options.nameOf(field);
      const isNew = !said.has(name || message);
      said.add(name || message);
      if (!isNew) return [];
      const note = element('p', { class: `telephony-${kind}` });
      if (name === '') note.append(message);
      else note.append(linkTo(field, name, translate(`preview.there.${kind}`)));
      return [note];
    });
  };
  const linkTo = (field: string, name: string, words: string): HTMLElement => {
    const link = element('button', { type: 'button', class: 'telephony-finding' }, element('b', {}, name), ` ${words}`);
    link.addEventListener('click', () => onFinding(field));
    return link;
  };

  const showReal = (): void => {
    $.ajax({ url: 'telephony-webhooks/recent-events', dataType: 'json' }).then(
      ({ events }: { readonly events: readonly RealEvent[] }) => {
        const chosen = choice.value;
        real.replaceChildren(
          ...events.map((event) => element('option', { value: REAL + event.id }, titleOf(event, translate))),
        );
        if (events.length === 0) {
          const none = element('option', {}, translate('preview.noReal'));
          none.disabled = true;
          real.append(none);
        }
        choice.value = chosen;
        if (choice.value !== chosen) choice.value = options.firstType;
      },
      // The samples are there all the same.
      () => real.replaceChildren(),
    );
  };
  const sendTest = (): void => {
    test.disabled = true;
    answer.replaceChildren(element('p', {}, translate('preview.sending')));
    const data = question();
    tested = data;
    const tell = (...words: readonly HTMLElement[]): void => {
      test.disabled = last?.request === null;
      if (tested === data) answer.replaceChildren(...words);
    };
    post('test', data).then(
      (told: Tested) => tell(...answerOf(told, translate)),
      (failure: JQuery.jqXHR) => tell(element('p', { class: 'telephony-problem' }, say(reason(failure)))),
    );
  };

  choice.addEventListener('change', refresh);
  test.addEventListener('click', sendTest);
  const again = iconButton('refresh', translate('preview.refresh'), () => {
    showReal();
    refresh();
  });
  const bar = element('div', { class: 'telephony-preview-bar' }, choice, again, copy, test);
  container.append(bar, notes, output, answer);
  showReal();
  return {
    refresh,
    changed() {
      clearTimeout(pause);
      pause = window.setTimeout(refresh, PAUSE_MS);
    },
    close() {
      clearTimeout(pause);
      asked += 1;
    },
  };
}

/** What keeps the request from being rendered, each once. */
export function problemsOf({ error, problems }: Pick<Rendered, 'error' | 'problems'>): readonly Finding[] {
  // What is wrong with the template for any event is also the error of this one.
  const isNew = error && !problems.some(({ field, message }) => field === error.field && message === error.message);
  return isNew ? [error, ...problems] : problems;
}

/** Where the field stands beside what is said of it, it need not stand before it. */
function withoutField(problem: Problem): Problem {
  const { phrase } = problem;
  const reason = phrase?.code === IN_FIELD ? phrase.values['reason'] : undefined;
  return typeof reason === 'object' ? { field: problem.field, ...reason } : problem;
}

function titleOf({ type, time, caller, called }: RealEvent, translate: Translate): string {
  const event = findEventType(type);
  const at = new Date(time);
  const isToday = at.toDateString() === new Date().toDateString();
  const when = isToday ? at.toLocaleTimeString() : at.toLocaleString();
  const numbers = [caller, called].filter(Boolean).join(' → ');
  return [when, event ? eventTitle(translate, event) : type, numbers].filter(Boolean).join(' · ');
}

function answerOf({ outcome, response, error }: Tested, translate: Translate): readonly HTMLElement[] {
  const told = (message: string, kind: string): HTMLElement => element('p', { class: kind }, message);
  if (outcome === null) return [told(error ? said(translate, error) : '', 'telephony-problem')];
  const line = response
    ? translate('preview.answer', { status: response.statusCode, ms: Math.round(response.durationMs) })
    : '';
  const head = element(
    'p',
    { class: outcome.ok ? 'telephony-answer-good' : 'telephony-problem' },
    icon(outcome.ok ? 'check' : 'exclamation-triangle'),
    ` ${[line, outcome.message && said(translate, { ...outcome, message: outcome.message })].filter(Boolean).join(' ')}`,
  );
  if (!response) return [head];
  const headers = Object.entries(response.headers).map(([name, value]) => `${name}: ${[value].flat().join(', ')}`);
  const text = [...headers, '', pretty(response.body)].join('\n');
  const shown = element('pre', { class: 'telephony-preview', role: 'group', tabindex: '0' }, text);
  shown.setAttribute('aria-label', translate('preview.answerLabel'));
  return [head, shown, ...(response.bodyCut ? [told(translate('preview.cut'), 'telephony-tip')] : [])];
}

function asText({ method, url, headers, body }: ShownRequest): string {
  const head = Object.entries(headers).map(([name, value]) => `${name}: ${value}`);
  return [`${method} ${url}`, ...head, ...(body === null ? [] : ['', pretty(body)])].join('\n');
}
