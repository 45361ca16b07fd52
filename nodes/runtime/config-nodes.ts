/** What nodes show to others that name them by id, and how they are found. */
import type { EndpointAuth } from '../../src/delivery/authorization';
import type { Problem } from '../../src/errors';
import type { Verdict } from '../../src/event/event-note';
import type { TelephonyEvent } from '../../src/event/telephony-event';
import type { Sentence } from '../../src/sentence';
import type { EndpointSigning } from '../../src/signing/endpoint-signing';
import type { Source } from '../../src/sources/source';
import type { DeliveryStoreConfig } from '../telephony-delivery-store/config';
import type { SourceConfig } from '../telephony-source/config';
import type { WebhookEndpointConfig } from '../telephony-webhook-endpoint/config';
import type { WebhookOutConfig } from '../telephony-webhook-out/config';
import type { Transports } from './endpoints/address-trust';
import type { HeardEvents } from './events/heard-events';
import type { Message, Red, RedNode } from './red';

export interface EndpointNode extends RedNode {
  readonly endpoint: {
    readonly config: WebhookEndpointConfig;
    readonly problems: readonly Problem[];
    /** `%name%` → value. */
    readonly secrets: Readonly<Record<string, string>>;
    readonly auth: EndpointAuth;
    readonly signing: EndpointSigning;
    /** Of its base URL. Undefined: it has none. */
    readonly typedOrigin: string | undefined;
    readonly transports: Transports;
  };
}

export interface TemplateNode extends RedNode {
  readonly template: {
    /** What the log calls it where it has no name. */
    readonly label: string;
    readonly secrets: Readonly<Record<string, string>>;
    /** The origin typed into the template's URL. Undefined: its URL is a path, or empty. */
    readonly typedOrigin: string | undefined;
    /** Renders a message again, in place. Throws a UserError that names the field. */
    render(message: Message): Promise<void>;
    /** Renders a message that failed to render, and sends it on. */
    sendAgain(message: Message): Promise<void>;
  };
}

export interface WebhookOutNode extends RedNode {
  readonly webhookOut: {
    readonly config: WebhookOutConfig;
    /** What the log calls it where neither it nor the template has a name. */
    readonly label: string;
  };
}

export interface StoreNode extends RedNode {
  readonly storeConfig: DeliveryStoreConfig;
  readonly problems: readonly Problem[];
}

/** How a source is just now, for the status of the nodes that listen to it. */
export interface SourceState {
  readonly kind: 'connecting' | 'connected' | 'disconnected' | 'error';
  /** A few words. */
  readonly text: string;
  /** What is wrong. Undefined: nothing is, or `text` says it all. */
  readonly reason?: Sentence;
}

export interface SourceListener {
  /** Who listens. */
  readonly nodeId: string;
  /** Answers what it did with the event. `again`: it came out before a crash already. */
  event(event: TelephonyEvent, again: boolean): Verdict;
  state(state: SourceState): void;
}

export interface SourceNode extends RedNode {
  readonly source: {
    readonly config: SourceConfig;
    /** Listens until the answer is called. The state is told at once. */
    subscribe(listener: SourceListener): () => void;
    state(): SourceState;
    readonly heard: HeardEvents;
    /** What hears the phone system. Undefined: the settings are wrong. */
    running(): Source | undefined;
  };
}

type ById = { getNode(id: string): unknown };

function find(red: Red, id: string, member: string): unknown {
  if (!id) return undefined;
  const node = (red.nodes as unknown as ById).getNode(id);
  return typeof node === 'object' && node !== null && member in node ? node : undefined;
}

export function findEndpoint(red: Red, id: string): EndpointNode | undefined {
  return find(red, id, 'endpoint') as EndpointNode | undefined;
}

/** Whether an endpoint goes by this id. Also in the moment after a deploy, when its node is not made yet. */
export function isEndpoint(red: Red, id: string): boolean {
  let isDeployed = false;
  red.nodes.eachNode((node: { readonly id: string; readonly type: string; readonly d?: boolean }) => {
    isDeployed ||= node.id === id && node.type === 'telephony-webhook-endpoint' && node.d !== true;
  });
  return isDeployed || findEndpoint(red, id) !== undefined; // that of a subflow's instance stands in no flow
}

export function findTemplate(red: Red, id: string): TemplateNode | undefined {
  return find(red, id, 'template') as TemplateNode | undefined;
}

export function findWebhookOut(red: Red, id: string): WebhookOutNode | undefined {
  return find(red, id, 'webhookOut') as WebhookOutNode | undefined;
}

export function findStore(red: Red, id: string): StoreNode | undefined {
  return find(red, id, 'storeConfig') as StoreNode | undefined;
}

export function findSource(red: Red, id: string): SourceNode | undefined {
  return find(red, id, 'source') as SourceNode | undefined;
}

/** Named secrets out of a credential that holds a JSON object as text; empty ones are none. Throws where it holds anything else. */
export function parseSecrets(text: unknown): Record<string, string> {
  if (text === undefined || text === null || text === '') return {};
  const parsed: unknown = typeof text === 'string' ? JSON.parse(text) : text;
  if (typeof parsed !== 'object' || parsed === null || Array.isArray(parsed)) throw new Error('not an object');
  const secrets: Record<string, string> = Object.create(null) as Record<string, string>;
  for (const [name, value] of Object.entries(parsed)) {
    if (typeof value === 'object') throw new Error('not a text');
    if (value !== '') secrets[name] = String(value);
  }
  return secrets;
}
