/** The sidebar "Deliveries": the log, live, and what the editor knows of it: its nodes, and the action that shows theirs. */
import { textButton } from '../editor/deliveries/dialog';
import { LogClient } from '../editor/deliveries/log-client';
import { type LogFilter, NO_FILTER } from '../editor/deliveries/log-filter';
import type { LogHost } from '../editor/deliveries/log-host';
import { LogView } from '../editor/deliveries/log-view';
import { timesIn } from '../editor/deliveries/times';
import { addWebhook } from '../editor/new-nodes';

const ID = 'telephony-deliveries';
const ACTION = 'telephony-webhooks:show-deliveries';
const TOPIC = 'telephony-webhooks/deliveries';
const PAGE = 'telephony-webhooks/';
/** Where the filter is kept: the address is the editor's. */
const KEPT = 'telephony-webhooks-deliveries';
/** By which the page finds this window again. */
const WINDOW = 'node-red-editor';

RED.plugins.registerPlugin('telephony-deliveries-sidebar', {
  type: 'telephony-webhooks',
  onadd() {
    const host = hostWith((key, values) => this._(key, values));
    const view = new LogView(host, (address) => localStorage.setItem(KEPT, withoutDelivery(address)));
    const content = view.element;

    /** Nothing is fetched for eyes that are elsewhere; what was missed is fetched when they come back. */
    let isStale = true;
    let isBegun = false;
    const refresh = (): void => {
      isStale = content.getClientRects().length === 0;
      if (isStale) return;
      if (isBegun) view.refresh();
      else view.go(localStorage.getItem(KEPT) ?? '');
      isBegun = true;
    };
    RED.sidebar.addTab({
      id: ID,
      label: host.translate('sidebar.tab'),
      name: host.translate('sidebar.name'),
      iconClass: 'fa fa-paper-plane-o',
      content,
      action: ACTION,
      enableOnEdit: true,
      onchange: refresh,
    });
    RED.actions.add(
      ACTION,
      (asked) => {
        const wanted = wantedBy(asked);
        if (wanted !== undefined) {
          isBegun = true;
          view.show({ ...NO_FILTER, ...wanted });
        }
        RED.sidebar.show(ID);
      },
      { label: host.translate('sidebar.action') },
    );
    RED.actions.add('telephony-webhooks:add-webhook', addWebhook, { label: host.translate('sidebar.addWebhook') });
    RED.comms.subscribe(TOPIC, refresh);
    new ResizeObserver(() => {
      if (isStale) refresh();
    }).observe(content);
    revealOnHash();
  },
});

function hostWith(translate: Translate): LogHost {
  const root = RED.settings.apiRootUrl ?? '';
  return {
    translate,
    times: timesIn(localStorage.getItem('editor-language') || undefined),
    client: new LogClient({ base: `${root}${PAGE}`, token: accessToken }),
    nodeControl(id, label, className, goal) {
      if (!nodeMeant(id, goal === 'edit')) return null;
      const button = textButton(label, () => showNode(id, goal === 'edit'));
      button.className = className;
      return button;
    },
    openPage(address) {
      window.name ||= WINDOW;
      window.open(`${root}${PAGE}#${address}`, 'telephony-deliveries');
    },
  };
}

function accessToken(): string | undefined {
  const kept = RED.settings.get('auth-tokens');
  return typeof kept === 'object' && kept !== null && 'access_token' in kept ? String(kept.access_token) : undefined;
}

/** The deliveries that are asked for: those that a panel names, or else those of a single selected node of ours. */
function wantedBy(asked: unknown): Partial<LogFilter> | undefined {
  if (typeof asked === 'object' && asked !== null && 'filter' in asked) return asked.filter as Partial<LogFilter>;
  const [node, ...others] = RED.view.selection().nodes ?? [];
  const has = node !== undefined && others.length === 0 && /^telephony-webhook-(out|template)$/.test(node.type);
  return has ? { webhook: node.id } : undefined;
}

/** After a reload the list is there again, not what stood beside it. */
function withoutDelivery(address: string): string {
  const kept = new URLSearchParams(address);
  kept.delete('id');
  kept.delete('story');
  return kept.toString();
}

/** Where a subflow is used, its nodes run under the instance's id and their own: one sees the instance, and edits the node. */
function nodeMeant(id: string, isEdited: boolean): EditorNode | undefined {
  const node = RED.nodes.node(id);
  if (node) return node;
  const [outer = '', ...inner] = id.split('-');
  const instance = RED.nodes.node(outer);
  if (!instance?.type.startsWith('subflow:')) return undefined;
  return (isEdited && RED.nodes.node(inner.at(-1) ?? '')) || instance;
}

/** What stands in no flow is shown by its panel. */
function showNode(id: string, isEdited: boolean): void {
  const node = nodeMeant(id, isEdited);
  if (!node) return;
  if (node._def.category === 'config') {
    RED.editor.editConfig('', node.type, node.id);
    return;
  }
  RED.view.reveal(node.id);
  if (isEdited) RED.editor.edit(node);
}

/** The page names a node in the address of this window; the editor itself looks there only when it starts. */
function revealOnHash(): void {
  window.addEventListener('hashchange', () => {
    const [, id, edit] = /^#node\/([^/]+)(\/edit)?$/.exec(window.location.hash) ?? [];
    // The editor's own look at the address, when it starts, ends in a change of it: then the panel is open already.
    const isOpen = (RED.editor.getEditStack?.().length ?? 0) > 0;
    if (id !== undefined && !isOpen) showNode(id, edit !== undefined);
  });
}
