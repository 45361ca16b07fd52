/** A flow with a template between an event and its way out, and its panel as users drive it. */
import assert from 'node:assert/strict';
import type { Locator } from 'playwright-core';
import { type FlowNode, type NodeRedProcess, type NodeRedVersion, startNodeRed } from '../support/node-red-process';
import { EditorPage, type Theme } from './editor-page';

const at = { z: 'flow', y: 100 };

/** Missed calls of a Smartflo PBX, sent to `url`. */
export function templateFlow(url: string, template: object = {}, eventIn: object = {}): readonly FlowNode[] {
  return [
    { id: 'flow', type: 'tab', label: 'Panels' },
    { id: 'pbx', type: 'telephony-source', name: 'Head office', kind: 'http-push', dialect: 'smartflo', path: '/pbx' },
    {
      ...{ id: 'in', type: 'telephony-event-in', ...at, x: 120, wires: [['template']] },
      ...{ source: 'pbx', events: ['call.missed'], ...eventIn },
    },
    {
      ...{ id: 'template', type: 'telephony-webhook-template', ...at, x: 340, wires: [['out']] },
      ...{ version: 1, name: 'CRM', method: 'POST', url, format: 'json', available: [], ...template },
    },
    { id: 'out', type: 'telephony-webhook-out', ...at, x: 560, wires: [[], []], retryIfError: false },
  ];
}

export class TemplateBench {
  private constructor(
    readonly red: NodeRedProcess,
    readonly editor: EditorPage,
    private readonly url: string,
  ) {}

  static async open(
    version: NodeRedVersion,
    theme: Theme,
    options: {
      readonly url: string;
      readonly label: string;
      readonly width?: number;
      readonly settings?: Readonly<Record<string, unknown>>;
    },
  ): Promise<TemplateBench> {
    const { url, label, width = 1400, settings = {} } = options;
    const red = await startNodeRed({ version, flows: templateFlow(url), settings });
    const size = { width, height: 1300 };
    const editor = await EditorPage.open(red.url, `${label}-${version}-${theme}`, theme, size);
    return new TemplateBench(red, editor, url);
  }

  async close(): Promise<void> {
    await this.editor.close();
    await this.red.stop();
  }

  /** Starts anew with a template that has these properties, and opens its panel. */
  async start(template: object = {}, eventIn: object = {}): Promise<void> {
    await this.editor.start(this.red, templateFlow(this.url, template, eventIn));
    await this.editor.openPanel('template');
  }

  /** No test leaves an error in the console. */
  async end(): Promise<void> {
    if (await this.editor.panel.isVisible()) await this.editor.cancel();
    assert.deepEqual(this.editor.errors.splice(0), []);
  }

  get panel(): Locator {
    return this.editor.panel;
  }

  async tab(name: 'Request' | 'Parameters' | 'Body' | 'Preview'): Promise<void> {
    // By keyboard: Node-RED 4.1 takes two clicks in a row, on any tabs, for a double click.
    await this.panel.getByRole('link', { name, exact: true }).press('Enter');
    await this.panel.locator(`#telephony-tab-${name.toLowerCase()}.telephony-tab-shown`).waitFor();
  }

  async select(field: string, value: string): Promise<void> {
    await this.editor.reveal(field);
    await this.editor.field(field).selectOption(value);
  }

  /** The element of a parameter in the list, found by the search field. */
  async parameter(name: string): Promise<Locator> {
    await this.panel.getByRole('searchbox', { name: 'Search' }).fill(name);
    const label = this.editor.page.getByText(name, { exact: true });
    return this.panel.locator('.telephony-check-item:visible', { has: label });
  }

  /** Clicks the name of a parameter. */
  async pick(name: string): Promise<void> {
    await (await this.parameter(name)).locator('.telephony-pick').click();
  }

  table(name: 'user' | 'query' | 'headers'): Locator {
    return this.panel.locator(`#telephony-${name}`);
  }

  async addRow(table: 'user' | 'query' | 'headers', key: string, value: string): Promise<void> {
    const rows = this.table(table);
    await this.editor.addRow(rows.getByRole('button', { name: 'add row' }).last());
    await rows.getByRole('textbox', { name: 'Key' }).last().fill(key);
    await rows.getByRole('textbox', { name: 'Value' }).last().fill(value);
  }

  /** What Done saves of a property; the panel is open again afterwards. */
  async saved(name: string): Promise<unknown> {
    await this.editor.done();
    const saved = (await this.editor.saved('template'))[name];
    await this.editor.openPanel('template');
    return saved;
  }

  /** Pastes as the keyboard does: with what is on the clipboard. */
  async paste(into: Locator, text: string): Promise<void> {
    await this.editor.page.evaluate(`navigator.clipboard.writeText(${JSON.stringify(text)})`);
    await into.press('Control+V');
  }
}
