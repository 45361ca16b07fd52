/** Node-RED's editor in a real browser, driven as a user drives it. */
import { existsSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type BrowserContext, chromium, type Locator, type Page } from 'playwright-core';
import { type FlowNode, type NodeRedProcess, type NodeRedVersion, packRoot } from '../support/node-red-process';
import { PATIENCE_MS } from '../support/patience';

export type Theme = 'light' | 'dark';
type Look = readonly [version: NodeRedVersion, theme: Theme];

/** Each Node-RED and each theme once: where parts are tried out. */
export const BOTH: readonly Look[] = [
  ['5', 'dark'],
  ['4.1', 'light'],
];
/** Where everything is shown; the light one is that of README's pictures, for which nobody waits in CI. */
export const EVERYWHERE: readonly Look[] = process.env['CI'] ? BOTH : [['5', 'light'], ...BOTH];

const CHROMIUM = process.env['CHROMIUM_PATH'] ?? '/usr/bin/chromium';
const SHOTS = join(packRoot, '.test-output');

/** Why no browser test can run here. Undefined: they can. */
export const missingBrowser = existsSync(CHROMIUM) ? undefined : `there is no ${CHROMIUM}; set CHROMIUM_PATH`;

export class EditorPage {
  /** What the console complained about, and what was asked of another server than Node-RED. */
  readonly errors: string[] = [];
  private shots = 0;

  private constructor(
    readonly page: Page,
    private readonly context: BrowserContext,
    private readonly profile: string,
    private readonly label: string,
  ) {}

  static async open(
    url: string,
    label: string,
    theme: Theme,
    viewport = { width: 1400, height: 900 },
    user?: { readonly name: string; readonly password: string },
  ): Promise<EditorPage> {
    if (!user) await withoutTips(url);
    const editor = await EditorPage.browse(url, label, theme, viewport);
    const { page } = editor;
    if (user) {
      await page.locator('#node-dialog-login-username').fill(user.name);
      await page.locator('#node-dialog-login-password').fill(user.password);
      await page.locator('#node-dialog-login-submit').click();
    }
    await editor.loaded();
    return editor;
  }

  /** Opens any page that Node-RED serves. */
  static async browse(
    url: string,
    label: string,
    theme: Theme,
    viewport = { width: 1400, height: 900 },
  ): Promise<EditorPage> {
    mkdirSync(SHOTS, { recursive: true });
    const profile = mkdtempSync(join(tmpdir(), 'telephony-chromium-'));
    const context = await chromium.launchPersistentContext(profile, {
      executablePath: CHROMIUM,
      headless: true,
      viewport,
      args: [
        '--no-sandbox',
        '--disable-gpu',
        '--disable-quic',
        '--no-first-run',
        '--disable-background-networking',
        '--disable-component-update',
        '--disable-sync',
      ],
    });
    await context.grantPermissions(['clipboard-read', 'clipboard-write'], { origin: new URL(url).origin });
    const page = context.pages()[0] ?? (await context.newPage());
    // What never comes is told at what was waited for, not by the end of the test.
    page.setDefaultTimeout(PATIENCE_MS);
    const editor = new EditorPage(page, context, profile, label);
    page.on('console', (message) => {
      if (message.type() === 'error') editor.errors.push(`${message.text()} ${message.location().url}`);
    });
    const { origin } = new URL(url);
    context.on('request', (request) => {
      const asked = request.url();
      if (/^https?:/.test(asked) && new URL(asked).origin !== origin) editor.errors.push(`asked outside: ${asked}`);
    });
    page.on('pageerror', (error) => editor.errors.push(error.stack ?? error.message));
    await page.addInitScript(`localStorage.setItem('view-dark-theme', '${theme}')`);
    await page.goto(url);
    return editor;
  }

  /** Loads the editor anew, with what is deployed. */
  async reload(): Promise<void> {
    await this.page.reload();
    await this.loaded();
  }

  /** Deploys these flows, in a page that then forgets what it held: what loading it anew does, in a fraction of the time. */
  async start(red: NodeRedProcess, flows: readonly FlowNode[]): Promise<void> {
    await this.page.evaluate('RED.nodes.version(null)'); // else a notice tells of flows that came from elsewhere
    await red.deploy(flows);
    await this.page.evaluate(`(async () => {
      const answer = await fetch('flows', { headers: { 'Node-RED-API-Version': 'v2' } });
      const { flows, rev } = await answer.json();
      RED.nodes.clear();
      RED.history.clear();
      RED.nodes.version(rev);
      RED.nodes.import(flows);
      RED.nodes.dirty(false);
      RED.view.redraw(true);
    })()`);
  }

  async close(): Promise<void> {
    await this.context.close();
    rmSync(this.profile, { recursive: true, force: true });
  }

  /** The panel of a node. */
  get panel(): Locator {
    return this.page.locator('.red-ui-tray').last();
  }

  /** A field by the name of its property. */
  field(name: string): Locator {
    return this.panel.locator(`#node-input-${name}, #node-config-input-${name}`);
  }

  /** Shows the tab, and opens the group, in which a field is. */
  async reveal(name: string): Promise<void> {
    await this.bringUp(this.field(name));
  }

  /** The same for any part of the panel. By keyboard: Node-RED 4.1 takes two clicks in a row, on any tabs, for a double click. */
  async bringUp(part: Locator): Promise<void> {
    type Part = { closest(selector: string): { id: string; open: boolean } | null };
    const [tab, isClosed] = await part.evaluate((inner: Part) => [
      inner.closest('.telephony-tab:not(.telephony-tab-shown)')?.id.replace('telephony-tab-', ''),
      inner.closest('details')?.open === false,
    ]);
    if (tab !== undefined) await this.panel.locator(`#telephony-tabs a[href="#${tab}"]`).press('Enter');
    if (isClosed) await part.locator('xpath=ancestor::details[1]/summary').press('Enter');
  }

  async openPanel(id: string): Promise<void> {
    await this.openUnanswered(id);
    await this.answered();
  }

  /** Opens it and does not wait for what it asks the runtime. */
  async openUnanswered(id: string): Promise<void> {
    await this.page.evaluate(`{
      const node = RED.nodes.node('${id}');
      if (node._def.category === 'config') RED.editor.editConfig('', node.type, node.id, 'node-config-input');
      else { RED.workspaces.show(node.z); RED.editor.edit(node); }
    }`);
    await this.panel.locator('.telephony-form').waitFor();
    await this.settled();
  }

  /** Adds a row to a list, and waits until it has taken the focus, which it does a moment later: what is typed sooner lands anywhere. */
  async addRow(button: Locator): Promise<void> {
    await button.click();
    await this.panel.locator('.red-ui-editableList li input:focus').waitFor();
  }

  /** Closes the panel with Done (Update, for a configuration node). */
  async done(): Promise<void> {
    await this.panel.locator('#node-dialog-ok, #node-config-dialog-ok').click();
    await this.closed();
  }

  async cancel(): Promise<void> {
    await this.panel.locator('#node-dialog-cancel, #node-config-dialog-cancel').click();
    await this.closed();
  }

  /** The properties of a node as they would be deployed, without position and wires. */
  async saved(id: string): Promise<Record<string, unknown>> {
    const exported = await this.page.evaluate(`RED.nodes.convertNode(RED.nodes.node('${id}'), true)`);
    const { x: _x, y: _y, z: _z, wires: _wires, ...saved } = exported as Record<string, unknown>;
    return saved;
  }

  /** Whether the editor finds every property of the node right. */
  async isValid(id: string): Promise<boolean> {
    return (await this.page.evaluate(`RED.nodes.node('${id}').valid`)) === true;
  }

  /** Deploys, and waits until the flows have started: Node-RED answers sooner. */
  async deploy(): Promise<void> {
    await this.page.evaluate(`new Promise((resolve) => {
      const topic = 'notification/runtime-deploy';
      let started;
      const look = () => {
        if (RED.nodes.dirty() || started !== RED.nodes.version()) return;
        RED.comms.unsubscribe(topic, heard);
        RED.events.off('deploy', look);
        resolve();
      };
      const heard = (_topic, { revision }) => {
        started = revision;
        look();
      };
      RED.comms.subscribe(topic, heard);
      RED.events.on('deploy', look);
      RED.actions.invoke('core:deploy-flows');
    })`);
  }

  async clipboard(): Promise<string> {
    return (await this.page.evaluate('navigator.clipboard.readText()')) as string;
  }

  /** Goes to `.test-output/`, for people to look at. */
  async screenshot(name: string): Promise<void> {
    if (process.env['CI']) return; // nobody looks at them there
    this.shots += 1;
    const number = String(this.shots).padStart(2, '0');
    // Notices are in the way. They are the editor's to remove: it does so when they have slid out.
    const style = '#red-ui-notifications { visibility: hidden }';
    await this.page.screenshot({ path: join(SHOTS, `${this.label}-${number}-${name}.png`), style });
  }

  private async loaded(): Promise<void> {
    await this.page.waitForFunction(
      `window.RED?.workspaces?.active?.() && RED.nodes.registry.getNodeTypes().includes('telephony-webhook-out')`,
    );
    // Nothing moves: what opens is open at once, and a click meets what it was meant for.
    await this.page.evaluate('jQuery.fx.off = true');
    await this.page.addStyleTag({
      content: '*, *::before, *::after { animation: none !important; transition: none !important; }',
    });
  }

  /** Node-RED gives the focus to the first field, a moment after the tray has come. */
  private async settled(): Promise<void> {
    await this.page.locator('.red-ui-tray-footer').last().waitFor();
    await this.page.waitForFunction(`document.activeElement?.closest('.red-ui-tray:last-of-type')`);
  }

  /** What comes from the runtime draws parts of a panel anew: until then, nothing in them can be seen or used for good. */
  private async answered(): Promise<void> {
    await this.page.waitForFunction('jQuery.active === 0');
    // jQuery tells of an answer by a timer.
    await this.page.evaluate('new Promise((resolve) => setTimeout(resolve))');
  }

  private async closed(): Promise<void> {
    await this.page.waitForFunction(`document.querySelectorAll('.red-ui-tray').length === 0`);
  }
}

/** Node-RED's tips are shown a second after the settings were read, and fall over where the editor is not there by then. */
async function withoutTips(url: string): Promise<void> {
  const saved = await fetch(new URL('settings/user', url), {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ editor: { view: { 'view-show-tips': false } } }),
  });
  if (!saved.ok) throw new Error(`Node-RED answered ${saved.status} to the settings of the editor`);
}
