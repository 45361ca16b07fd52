/** The admin API, all below `telephony-webhooks/`: the log, its actions, and the template preview. */
import type { IncomingMessage, ServerResponse } from 'node:http';
import { systemClock } from '../../../src/clock';
import { UserError } from '../../../src/errors';
import { systemTriggers } from '../../../src/event/triggers';
import { isJsonObject } from '../../../src/json';
import { CONTENT_TYPE } from '../../../src/metrics/exposition';
import type { Sentence } from '../../../src/sentence';
import { asking } from '../../../src/sentences/asking';
import { publicKeyText } from '../../../src/signing/keys';
import { toldByProvider } from '../../../src/sources/http-push/told';
import { vocabulary } from '../../../src/sources/http-push/vocabularies';
import { StoreClosed } from '../../../src/store/store-closed';
import { parseConfig as parseTemplate } from '../../telephony-webhook-template/config';
import { preview, recentEvents, sendTest } from '../deliveries/preview';
import { readsMore } from '../deliveries/reads-more';
import { checkAddresses } from '../endpoints/address-check';
import { setPaused } from '../endpoints/endpoint-pause';
import { testEndpoint } from '../endpoints/endpoint-test';
import { addSourceRoutes } from '../events/source-routes';
import { namesInFlow, nodeNames } from '../node-names';
import { logBug, type Red } from '../red';
import { acquireFor } from '../stores/store-choice';
import {
  embeddedStore,
  logRevision,
  type OpenStore,
  onLogChange,
  openStores,
  releaseStore,
  storesInTrouble,
} from '../stores/stores';
import { exportLines } from './export';
import { discard, discardMany, forgetNumber, noDelivery, resend, resendMany, tryOne } from './log-actions';
import { servePage, wordsOfPage } from './log-page';
import { isTrue, readFilter, readLimit, readMost, showAlarms, showPage, showSummary } from './log-shapes';
import { metricsText } from './metrics';
import { histogram, outline } from './outline';
import { story } from './story';
import { wholeDelivery } from './whole-delivery';
import { listAll, summaryOfAll } from './whole-log';

interface Request extends IncomingMessage {
  originalUrl: string;
  params: Record<string, string>;
  query: Record<string, unknown>;
  body?: unknown;
}
type Handler = (request: Request, response: ServerResponse) => Promise<unknown>;
type Middleware = (request: Request, response: ServerResponse, next: (error?: unknown) => void) => void;
type ErrorMiddleware = (
  error: unknown,
  request: Request,
  response: ServerResponse,
  next: (error?: unknown) => void,
) => void;
interface Application {
  get(path: string, ...handlers: Middleware[]): void;
  post(path: string, ...handlers: Middleware[]): void;
  delete(path: string, ...handlers: Middleware[]): void;
  use(path: string, handler: ErrorMiddleware): void;
  readonly parent?: Application;
}

const STATUS: Readonly<Record<string, number>> = { 'not-found': 404, busy: 409 };
/** How often at most, where one store after another is closed. */
const READ_AGAIN = 3;
let registered: unknown;

/** Adds the routes, once per Node-RED. */
export function registerAdminApi(red: Red): void {
  if (registered === red.httpAdmin || !red.httpAdmin) return;
  registered = red.httpAdmin;
  const app = red.httpAdmin as unknown as Application;
  const may = (permission: 'read' | 'write'): Middleware =>
    red.auth.needsPermission(`telephony-webhooks.${permission}`) as unknown as Middleware;
  const get = (path: string, handler: Handler) =>
    app.get(`/telephony-webhooks/${path}`, may('read'), answering(red, handler));
  const post = (path: string, permission: 'read' | 'write', handler: Handler) =>
    app.post(`/telephony-webhooks/${path}`, may(permission), answering(red, handler));

  /** What is typed counts as if it were deployed, so only who may deploy may ask. */
  const mayDeploy = red.auth.needsPermission('flows.write') as unknown as Middleware;
  const postTyped = (path: string, handler: Handler) =>
    app.post(`/telephony-webhooks/${path}`, may('write'), mayDeploy, answering(red, handler));

  /** What is typed proves nothing here, but its rows may read what is nobody else's business, or compute for ever. */
  const postRendered = (path: string, permission: 'read' | 'write', handler: Handler) => {
    const mayReadIt: Middleware = (request, response, next) =>
      readsMore(red, objectOf(request.body)) ? mayDeploy(request, response, next) : next();
    app.post(`/telephony-webhooks/${path}`, may(permission), mayReadIt, answering(red, handler));
  };

  get('deliveries', async ({ query }) => {
    const cursor = typeof query['cursor'] === 'string' && query['cursor'] ? query['cursor'] : null;
    return showPage(await listAll(await asked(red, query), readFilter(query), readLimit(query['limit']), cursor));
  });
  get('deliveries/:id', async ({ params }) => {
    const { open, delivery } = await holding(red, params['id'] ?? '');
    return wholeDelivery(red, open, delivery);
  });
  post('deliveries/resend', 'write', async ({ body, query }) => {
    const from = askedFor(query, body);
    return resendMany(red, await asked(red, from), from);
  });
  post('deliveries/:id/resend', 'write', async ({ params, body, query }) => {
    const id = params['id'] ?? '';
    const from = { ...query, ...objectOf(body) };
    const { open } = await holding(red, id);
    return isTrue(from['dryRun']) ? tryOne(open, id, 'resent') : resend(red, open, id, isTrue(from['render']));
  });
  app.delete(
    '/telephony-webhooks/deliveries/:id',
    may('write'),
    answering(red, async ({ params, query }) => {
      const id = params['id'] ?? '';
      const { open } = await holding(red, id);
      return isTrue(query['dryRun']) ? tryOne(open, id, 'discarded') : { result: await discard(open, id) };
    }),
  );
  post('deliveries/discard', 'write', async ({ body, query }) => {
    const from = askedFor(query, body);
    return discardMany(await asked(red, from), from);
  });
  get('outline', async ({ query }) => outline(await asked(red, query), readFilter(query)));
  get('histogram', async ({ query }) => histogram(await asked(red, query), readFilter(query)));
  get('revision', async () => ({ revision: logRevision() }));
  const hasEditor = !(red.settings as { readonly disableEditor?: boolean }).disableEditor;
  app.get('/telephony-webhooks/', (request, response) => servePage(request, response, hasEditor));
  // As the editor's: what people read before they log in is no secret.
  app.get(
    '/telephony-webhooks/words',
    answering(red, async ({ query }) => wordsOfPage(String(query['lng'] ?? ''))),
  );
  get('story', async ({ query }) => story(red, await all(red), query));
  get('summary', async ({ query }) => {
    const stores = await asked(red, query);
    return {
      ...showSummary(await summaryOfAll(stores), systemClock.now(), nodeNames(red)),
      names: namesInFlow(red),
      sending: stores.reduce((sum, { dispatcher }) => sum + dispatcher.sending, 0),
      alarms: storesInTrouble().flatMap(showAlarms),
    };
  });
  for (const paused of [true, false]) {
    post(`endpoints/:id/${paused ? 'pause' : 'resume'}`, 'write', async ({ params }) =>
      setPaused(red, await all(red), params['id'] ?? '', paused),
    );
  }
  get('export', async ({ query }, response) => {
    const format = query['format'] || 'ndjson';
    if (format !== 'csv' && format !== 'ndjson') throw new UserError('export', asking('format'), { field: 'format' });
    const most = readMost(query['limit']);
    await exportLines(await asked(red, query), readFilter(query), most, format, response);
    return undefined;
  });
  get('metrics', async ({ query }, response) => {
    const text = await metricsText(red, await asked(red, query));
    response.writeHead(200, { 'Content-Type': CONTENT_TYPE, 'Cache-Control': 'no-store' });
    response.end(text);
    return undefined;
  });
  post('forget', 'write', async ({ body }) => {
    return { removed: await forgetNumber(await all(red), objectOf(body)['number']) };
  });
  postRendered('preview', 'read', async ({ body }) => preview(red, objectOf(body), await chosen(red, objectOf(body))));
  postRendered('test', 'write', async ({ body }) => sendTest(red, objectOf(body), await chosen(red, objectOf(body))));
  postTyped('endpoint-test', async ({ body }) => testEndpoint(red, objectOf(body)));
  postTyped('address-check', async ({ body }) => checkAddresses(red, objectOf(body)));
  post('public-key', 'write', async ({ body }) => {
    const publicKey = publicKeyText(String(objectOf(body)['privateKey'] ?? ''));
    if (publicKey) return { publicKey };
    throw new UserError('key', asking('private-key'), { field: 'privateKey' });
  });
  get('vocabulary/:id', async ({ params }) => {
    const { config } = parseTemplate({ names: params['id'] });
    if (config.names !== params['id']) throw new UserError('not-found', asking('no-vocabulary'));
    return { names: vocabulary(config.names).names };
  });
  get('told-parameters', async () => toldByProvider);
  get('recent-events', async ({ query }) => recentEvents(await chosen(red, query)));
  addSourceRoutes(red, { get, post, postTyped });
  get('triggers', async () => ({ systems: systemTriggers }));
  // Node-RED reads bodies before it comes to this application, which is mounted in the one that hears of it.
  (app.parent ?? app).use('/telephony-webhooks', (error, _request, response, next) => refuse(error, response, next));

  onLogChange(() =>
    red.comms.publish('telephony-webhooks/deliveries', { changed: true, at: systemClock.now() }, false),
  );
}

/** What Express says of a request that it cannot read: a status and, where it is about the body, which kind of error. */
interface Unreadable extends Error {
  readonly status?: number;
  readonly type?: string;
}

/** What never gets as far as a handler: a path or a body that cannot be read. Express would answer with a stack trace. */
function refuse(error: unknown, response: ServerResponse, next: (error?: unknown) => void): void {
  const { status = 500, type, message } = error as Unreadable;
  if (response.headersSent || status < 400 || status > 499) next(error);
  else send(response, status, { field: null, ...unreadable(type, message) });
}

function unreadable(type: string | undefined, reason: string): Sentence & { code: string } {
  switch (type) {
    case 'entity.parse.failed':
      return { code: 'bad-json', ...asking('no-json') };
    case 'entity.too.large':
      return { code: 'too-large', ...asking('too-large') };
    case undefined:
      return { code: 'bad-request', ...asking('address') };
    default:
      return { code: 'bad-request', ...asking('unreadable', { reason }) };
  }
}

function answering(red: Red, handler: Handler): Middleware {
  return (request, response) => {
    answerOf(() => handler(request, response), request.method === 'GET' ? READ_AGAIN : 0).then(
      (result) => {
        if (response.headersSent || response.writableEnded) return;
        send(response, 200, result ?? {});
      },
      (error: unknown) => {
        if (response.headersSent) {
          response.destroy();
          return;
        }
        if (error instanceof UserError) {
          send(response, STATUS[error.code] ?? 400, {
            code: error.code,
            field: error.field ?? null,
            ...error.sentence,
          });
        } else {
          // Not for whoever asked: what went wrong inside is no business of theirs.
          logBug(red, error);
          send(response, 500, {
            code: 'internal',
            field: null,
            ...asking('internal'),
          });
        }
      },
    );
  };
}

/** A store that a deploy closes meanwhile is not there when it is asked again; what only reads may be. */
function answerOf(ask: () => Promise<unknown>, moreTries: number): Promise<unknown> {
  return ask().catch((error: unknown) => {
    if (moreTries > 0 && error instanceof StoreClosed) return answerOf(ask, moreTries - 1);
    throw error;
  });
}

function send(response: ServerResponse, status: number, value: unknown): void {
  response.writeHead(status, { 'Content-Type': 'application/json; charset=utf-8', 'Cache-Control': 'no-store' });
  response.end(JSON.stringify(value));
}

function objectOf(value: unknown): Record<string, unknown> {
  return isJsonObject(value) ? value : {};
}

/** Filter and options, in the query or the body; the filter also as an object of its own. */
function askedFor(query: Request['query'], body: unknown): Record<string, unknown> {
  const asked = { ...query, ...objectOf(body) };
  return { ...asked, ...objectOf(asked['filter']) };
}

async function all(red: Red): Promise<OpenStore[]> {
  await embeddedStore(red).now();
  return openStores();
}

/** The store that `store` names by its node's id; all where nothing is named. */
async function asked(red: Red, from: Readonly<Record<string, unknown>>): Promise<OpenStore[]> {
  return from['store'] ? [await chosen(red, from)] : all(red);
}

/** The store that `store` names by its node's id; the embedded one where nothing is named. */
async function chosen(red: Red, asked: Readonly<Record<string, unknown>>): Promise<OpenStore> {
  const id = typeof asked['store'] === 'string' ? asked['store'] : '';
  if (id) {
    const shared = acquireFor(red, id);
    try {
      return await shared.now();
    } finally {
      await releaseStore(shared);
    }
  }
  return embeddedStore(red).now();
}

/** The store that holds a delivery. */
async function holding(red: Red, id: string) {
  for (const open of await all(red)) {
    const delivery = await open.store.get(id);
    if (delivery) return { open, delivery };
  }
  throw noDelivery(id);
}
