/** The part of the admin API by which the panels of sources, and of those who listen to them, ask. */
import type { ServerResponse } from 'node:http';
import { systemClock } from '../../src/clock';
import { UserError } from '../../src/errors';
import { compileFilter, ownNumbers } from '../../src/event/event-filter';
import { countryProblem, internationalForm } from '../../src/event/phone-number';
import { isJsonObject, type JsonObject } from '../../src/json';
import { source } from '../../src/sentences/source';
import { driverOf } from '../../src/sources/drivers';
import type { Finding, SourceSetup, TestHost } from '../../src/sources/source';
import { parseConfig as parseEventIn } from '../telephony-event-in/config';
import { parseConfig as parseSource } from '../telephony-source/config';
import { findSource, type SourceNode } from './config-nodes';
import type { Red } from './red';
import { sourceSetup } from './source-setup';
import { embeddedStore } from './stores';

interface Asked {
  readonly params: Record<string, string>;
  readonly body?: unknown;
}
type Handler = (asked: Asked, response: ServerResponse) => Promise<unknown>;

interface Routes {
  get(path: string, handler: Handler): void;
  post(path: string, permission: 'read' | 'write', handler: Handler): void;
  /** For what is typed in a panel and counts as if it were deployed. */
  postTyped(path: string, handler: Handler): void;
}

export function addSourceRoutes(red: Red, { get, post, postTyped }: Routes): void {
  postTyped('sources/:id/test', async ({ params, body }) => ({
    findings: await test(red, params['id'], object(body)),
  }));
  post('sources/:id/heard', 'read', async ({ params, body }, response) =>
    heard(deployedSource(red, params['id']), object(body), response),
  );
  get('sources/:id/numbers', async ({ params }) => ({ numbers: await numbersHeard(red, params['id'] ?? '') }));
  post('numbers', 'read', async ({ body }) => ({ numbers: numbersRead(object(body)) }));
}

/** `asked`: `config` (what is typed), `credentials` (those that were typed; the others are as deployed) and `probe`. */
async function test(red: Red, id = '', asked: Readonly<JsonObject>): Promise<readonly Finding[]> {
  const { config, problems } = parseSource(asked['config']);
  const problem = problems[0] ?? countryProblem(config.countryCode);
  if (problem) throw new UserError('source', problem, { field: problems[0]?.field ?? 'countryCode' });
  const deployed = findSource(red, id);
  const running = deployed?.source.config.kind === config.kind ? deployed.source.running() : undefined;
  const credentials = { ...deployed?.credentials, ...texts(object(asked['credentials'])) };
  return driverOf(config.kind).test(sourceSetup(id, config, credentials), running, {
    clock: systemClock,
    probe: probeOf(object(asked['probe'])),
  });
}

/** A panel asks again and again: proxies and browsers give up on what takes longer. */
const LISTEN_MS = 20_000;

/**
 * The events that a source tells after `after` (absent: from now on), and why a `telephony event in` with the properties
 * `config` would drop them. Waits a while for one. `next` is the `after` of the next question.
 */
async function heard({ source }: SourceNode, asked: Readonly<JsonObject>, response: ServerResponse): Promise<unknown> {
  const { config } = parseEventIn(asked['config']);
  const reasonToDrop = compileFilter(config, source.config.countryCode);
  const after = typeof asked['after'] === 'number' ? asked['after'] : source.heard.now;
  const events = await source.heard.after(after, LISTEN_MS, (stop) => response.on('close', stop));
  return {
    state: source.state(),
    next: events.at(-1)?.sequence ?? after,
    heard: events.map(({ event }) => ({ event, dropped: reasonToDrop(event) ?? null })),
  };
}

/** Events in which numbers are looked for: what is in use is among the last. */
const LOOKED_THROUGH = 300;
const MOST_NUMBERS = 20;

/** The numbers of ours (DIDs) in the last events of a source, those of most events first. */
async function numbersHeard(red: Red, id: string): Promise<readonly { number: string; events: number }[]> {
  const { store } = await embeddedStore(red).now();
  const country = findSource(red, id)?.source.config.countryCode;
  const counts = new Map<string, number>();
  for (const event of await store.recentEvents({ source: id }, LOOKED_THROUGH)) {
    for (const heardNumber of ownNumbers(event)) {
      const number = internationalForm(heardNumber, country) ?? heardNumber;
      counts.set(number, (counts.get(number) ?? 0) + 1);
    }
  }
  const found = [...counts].map(([number, events]) => ({ number, events }));
  return found.sort((a, b) => b.events - a.events).slice(0, MOST_NUMBERS);
}

const MOST_READ = 500;

/** How `numbers` are understood where their country is `country`. `international` is null: which number it is cannot be told. */
function numbersRead({
  numbers,
  country,
}: Readonly<JsonObject>): readonly { number: string; international: string | null }[] {
  const typed = Array.isArray(numbers) ? numbers.filter((number) => typeof number === 'string') : [];
  const of = typeof country === 'string' ? country : '';
  return typed.slice(0, MOST_READ).map((number) => ({ number, international: internationalForm(number, of) ?? null }));
}

function deployedSource(red: Red, id = ''): SourceNode {
  const found = findSource(red, id);
  if (!found) throw new UserError('not-found', source('not-deployed'));
  return found;
}

function probeOf({ id, status }: Readonly<JsonObject>): TestHost['probe'] {
  return typeof id === 'string' && typeof status === 'number' ? { id, status } : undefined;
}

function texts(values: Readonly<JsonObject>): SourceSetup<object>['credentials'] {
  return Object.fromEntries(
    Object.entries(values).flatMap(([name, value]) => (typeof value === 'string' ? [[name, value]] : [])),
  );
}

function object(value: unknown): Readonly<JsonObject> {
  return isJsonObject(value) ? value : {};
}
