/** The fields of the panels as a user fills and reads them, whichever widgets they are. */
import type { Locator } from 'playwright-core';
import type { Field } from '../../src/template/field';
import type { EditorPage } from './editor-page';

/** What a user puts into a field, what is saved of it, and what is seen when the panel is open again. */
export interface Entry {
  /** Undefined: a credential, which no panel gets back. */
  readonly saved: unknown;
  readonly seen: unknown;
  /** Credentials that the field fills, too. */
  readonly credential?: string;
  enter(editor: EditorPage, name: string): Promise<void>;
  see(editor: EditorPage, name: string): Promise<unknown>;
}

/** Node-RED's mark for a password that is stored. */
const STORED = '__PWRD__';

/** A text, a number, a choice or a box to tick. */
export function plain(value: string | boolean): Entry {
  return { saved: value, seen: value, enter: (editor, name) => fill(editor, name, value), see: shownIn };
}

export function password(value: string): Entry {
  return { ...plain(value), saved: undefined, seen: STORED };
}

/** A credential that is no password. */
export function account(value: string): Entry {
  return { ...plain(value), saved: undefined };
}

/** A length of time, as its number and its unit. */
export function length(ms: number, amount: string, unit: string): Entry {
  const parts = async (editor: EditorPage, name: string): Promise<readonly [Locator, Locator]> => {
    await editor.bringUp(editor.field(name));
    return [editor.panel.locator(`#node-input-${name}-amount`), editor.panel.locator(`#node-input-${name}-unit`)];
  };
  return {
    saved: String(ms),
    seen: [amount, unit],
    async enter(editor, name) {
      const [number, choice] = await parts(editor, name);
      await number.fill(amount);
      await choice.selectOption({ label: unit });
    },
    async see(editor, name) {
      const [number, choice] = await parts(editor, name);
      return [await number.inputValue(), await choice.locator('option:checked').textContent()];
    },
  };
}

/** Texts, one a row. */
export function lines(...values: readonly string[]): Entry {
  const inputs = (place: Locator): Locator => place.locator('.telephony-text-row input');
  return {
    saved: values,
    seen: values,
    async enter(editor, name) {
      const place = await widget(editor, name);
      for (const value of values) {
        await editor.addRow(place.getByRole('button', { name: 'add' }));
        await inputs(place).last().fill(value);
      }
    },
    see: async (editor, name) => valuesOf(inputs(await widget(editor, name))),
  };
}

/** The keys with which an endpoint signs: they do not come back. */
export function keys(...values: readonly string[]): Entry {
  return {
    ...lines(...values),
    saved: undefined,
    seen: [],
    async enter(editor, name) {
      const place = await widget(editor, name);
      await editor.addRow(place.getByRole('button', { name: 'add key' }));
      await place.locator('.telephony-text-row input').last().fill(values.join());
    },
  };
}

/** Boxes to tick: what each saves, and what it is called. */
export function ticks(wanted: Readonly<Record<string, string>>): Entry {
  const item = (place: Locator, label: string): Locator =>
    place.locator('.telephony-check-item', { has: place.page().getByText(label, { exact: true }) });
  const ticked = async (place: Locator): Promise<readonly string[]> =>
    place.locator('.telephony-check-item:has(input:checked)').locator('label, .telephony-pick').allTextContents();
  const tick = async (place: Locator, label: string, isOn: boolean): Promise<void> => {
    const search = place.getByRole('searchbox');
    if (await search.isVisible()) await search.fill(label);
    await item(place, label).locator('input').setChecked(isOn);
  };
  return {
    saved: Object.keys(wanted),
    seen: Object.values(wanted).sort(),
    async enter(editor, name) {
      const place = await widget(editor, name);
      for (const label of await ticked(place)) await tick(place, label, false);
      for (const label of Object.values(wanted)) await tick(place, label, true);
    },
    see: async (editor, name) => [...(await ticked(await widget(editor, name)))].sort(),
  };
}

/** Keys and values, to any depth. */
export function rows(...fields: readonly Field[]): Entry {
  const add = async (editor: EditorPage, place: Locator, { key, type, value }: Field): Promise<void> => {
    await editor.addRow(place.getByRole('button', { name: /add (?:row|value)/ }).last());
    const row = place.locator('.telephony-table').first().locator(':scope > li').last();
    if (key !== '') await row.locator('.telephony-key').first().fill(key);
    if (type !== 'text') {
      await row.locator('.red-ui-typedInput-type-select').first().click();
      await place.page().locator(`.red-ui-typedInput-options:visible a[value="${type}"]`).click();
    }
    if (typeof value === 'string') await row.getByRole('textbox', { name: 'Value' }).first().fill(value);
    else for (const inner of value) await add(editor, row.locator(`.telephony-nested-${type}`), inner);
  };
  const flat = ({ key, value }: Field): readonly string[] => [
    ...(key === '' ? [] : [key]),
    ...(typeof value === 'string' ? [value] : value.flatMap(flat)),
  ];
  return {
    saved: fields,
    seen: fields.flatMap(flat),
    async enter(editor, name) {
      const place = await widget(editor, name);
      for (const field of fields) await add(editor, place, field);
    },
    see: async (editor, name) => valuesOf((await widget(editor, name)).getByRole('textbox').filter({ visible: true })),
  };
}

/** Names with passwords. */
export function secrets(wanted: Readonly<Record<string, string>>): Entry {
  return {
    saved: Object.keys(wanted),
    seen: Object.keys(wanted),
    credential: 'secrets',
    async enter(editor, name) {
      const place = await widget(editor, name);
      for (const [key, value] of Object.entries(wanted)) {
        await editor.addRow(place.getByRole('button', { name: 'add secret' }));
        await place.getByLabel('Name').last().fill(key);
        await place.getByLabel('Password').last().fill(value);
      }
    },
    see: async (editor, name) => valuesOf((await widget(editor, name)).getByLabel('Name')),
  };
}

/** A line of text in the code editor. */
export function code(text: string): Entry {
  const shown = async (editor: EditorPage): Promise<Locator> => {
    const place = editor.panel.locator('#telephony-body');
    await editor.bringUp(place);
    return place;
  };
  return {
    saved: text,
    seen: text,
    async enter(editor) {
      await (await shown(editor)).click();
      await editor.page.keyboard.press('Control+A');
      await editor.page.keyboard.insertText(text);
    },
    async see(editor) {
      // Monaco breaks long lines, and writes every space as one that does not break.
      const seen = await (await shown(editor)).locator('.view-line').allTextContents();
      return seen.join('').replaceAll('\u00a0', ' ');
    },
  };
}

/** A date format of one's own. */
export function pattern(format: string): Entry {
  const choice = (editor: EditorPage): Locator => editor.panel.getByLabel('Date format');
  return {
    saved: format,
    seen: ['', format],
    async enter(editor, name) {
      await editor.bringUp(choice(editor));
      await choice(editor).selectOption({ label: 'Own pattern' });
      await editor.field(name).fill(format);
    },
    see: async (editor, name) => [await choice(editor).inputValue(), await editor.field(name).inputValue()],
  };
}

/** A private key of several lines. */
export function keyText(text: string): Entry {
  return {
    saved: undefined,
    seen: STORED,
    async enter(editor, name) {
      await (await widget(editor, name)).locator('textarea').fill(text);
    },
    see: async (editor, name) => editor.field(name).inputValue(),
  };
}

async function widget(editor: EditorPage, name: string): Promise<Locator> {
  const place = editor.panel.locator(name === 'available' ? '#telephony-picker-parameters' : `#telephony-${name}`);
  await editor.bringUp(place);
  return place;
}

async function fill(editor: EditorPage, name: string, value: string | boolean): Promise<void> {
  const field = editor.field(name);
  await editor.bringUp(field);
  if (typeof value === 'boolean') await field.setChecked(value);
  else if (await isSelect(field)) await field.selectOption(value);
  else await field.fill(value);
}

async function shownIn(editor: EditorPage, name: string): Promise<string | boolean> {
  const field = editor.field(name);
  return (await field.getAttribute('type')) === 'checkbox' ? field.isChecked() : field.inputValue();
}

async function isSelect(field: Locator): Promise<boolean> {
  return (await field.evaluate(({ tagName }: { tagName: string }) => tagName)) === 'SELECT';
}

async function valuesOf(inputs: Locator): Promise<readonly string[]> {
  return Promise.all((await inputs.all()).map((input) => input.inputValue()));
}
