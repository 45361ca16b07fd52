/** Shows what the runtime finds wrong with a template at the fields that it is about, and leads there. */
import { element } from '../dom';
import type { FieldTable } from '../field-table';
import { type Finding, problemsOf, type Rendered } from '../preview-pane';
import type { BodyEditor } from './body-editor';

export interface FieldsOfPanel {
  readonly form: HTMLElement;
  readonly tables: Readonly<Record<'user' | 'query' | 'headers', FieldTable>>;
  readonly body: BodyEditor;
  readonly translate: Translate;
  /** Goes to the tab in which an element is. */
  readonly showTab: (id: string) => void;
}

export interface Findings {
  show(rendered: Rendered): void;
  /** The field in words; empty where there is none to see. */
  nameOf(field: string): string;
  goTo(field: string): void;
}

const ROOT = /^(\w+)(.*)$/;
type Severity = 'problem' | 'warning';
interface Found extends Finding {
  readonly severity: Severity;
}

export function findings({ form, tables, body, translate, showTab }: FieldsOfPanel): Findings {
  const rootOf = (field: string): string => ROOT.exec(field)?.[1] ?? '';
  const tableOf = (root: string): FieldTable | undefined =>
    root === 'user' || root === 'query' || root === 'headers' ? tables[root] : undefined;
  /** The part of the form that belongs to a property. */
  const place = (root: string): HTMLElement | null => form.querySelector<HTMLElement>(placeOf(root));
  const tabOf = (root: string): string | undefined =>
    place(root)?.closest<HTMLElement>('.telephony-tab')?.id.replace('telephony-tab-', '');

  return {
    nameOf(field) {
      const root = rootOf(field);
      if (root === '' || isHidden(place(root))) return '';
      const name = translate(`${root === 'secrets' ? 'secretNames' : root}.label`);
      const row = tableOf(root) && /^\[(\d+)\]/.exec(field.slice(root.length))?.[1];
      return row ? translate('preview.row', { field: name, row: Number(row) + 1 }) : `${name}:`;
    },
    goTo(field) {
      const root = rootOf(field);
      const tab = tabOf(root);
      if (tab !== undefined) showTab(tab);
      if (root === 'text') body.focus();
      else (tableOf(root)?.inputAt(field.slice(root.length)) ?? firstInput(place(root)))?.focus();
    },
    show(rendered) {
      const all: readonly Found[] = [
        ...problemsOf(rendered).map((finding) => ({ ...finding, severity: 'problem' as const })),
        ...rendered.warnings.map((finding) => ({ ...finding, severity: 'warning' as const })),
      ];
      const about = (root: string): readonly Found[] => all.filter(({ field }) => rootOf(field) === root);
      for (const [name, table] of Object.entries(tables)) {
        table.mark(about(name).map(({ field, ...found }) => ({ ...found, path: field.slice(name.length) })));
      }
      body.mark(about('text'));
      for (const note of form.querySelectorAll('.telephony-found')) note.remove();
      const noted = new Set<string>();
      for (const { field, message, severity } of all) {
        const root = rootOf(field);
        const isNew = !noted.has(`${root} ${message}`);
        noted.add(`${root} ${message}`);
        if (isNew && tableOf(root) === undefined) place(root)?.append(noteOf(message, severity));
      }
      const wrong = new Set(problemsOf(rendered).map(({ field }) => tabOf(rootOf(field))));
      for (const link of form.querySelectorAll<HTMLElement>('#telephony-tabs a')) {
        const isWrong = wrong.has(link.getAttribute('href')?.slice(1));
        link.classList.toggle('telephony-tab-wrong', isWrong);
        link.title = isWrong ? translate('tabs.wrong') : '';
      }
    },
  };
}

/** Because of another choice; a tab that is not shown can be. */
function isHidden(place: HTMLElement | null): boolean {
  return place === null || place.closest('.telephony-hidden') !== null;
}

function noteOf(message: string, severity: Severity): HTMLElement {
  return element('p', { class: `telephony-found telephony-${severity === 'problem' ? 'problem' : 'hint'}` }, message);
}

/** Widgets that are no input of Node-RED's stand in a row of their own. */
function placeOf(root: string): string {
  if (root === 'available') return '#telephony-picker-parameters';
  if (root === 'text') return '#telephony-body-row';
  const widget = root === 'secrets' ? 'secretNames' : root;
  return `.form-row:has(> #node-input-${root}:not([type="password"])), .form-row:has(> #telephony-${widget})`;
}

function firstInput(place: HTMLElement | null): HTMLElement | null {
  return place?.querySelector<HTMLElement>('input:not([type="hidden"]), select, textarea') ?? null;
}
