/**
 * Tries an endpoint as it is being edited: one real request, marked as a test, and what was learnt on the way. Answers facts;
 * the panel puts them into words.
 */
import type { Socket } from 'node:net';
import { TLSSocket } from 'node:tls';
import { randomId, systemClock } from '../../src/clock';
import { authorize } from '../../src/delivery/authorization';
import { judge } from '../../src/delivery/outcome';
import { parseSuccessRule } from '../../src/delivery/success-rule';
import { UserError } from '../../src/errors';
import { type AddressVerdict, checkAddress } from '../../src/http/address-check';
import type { OutgoingRequest } from '../../src/http/http-client';
import { isProxied } from '../../src/http/no-proxy';
import { withHeaders } from '../../src/http/own-headers';
import { isJsonObject } from '../../src/json';
import { type Sentence, sentenceOf } from '../../src/sentence';
import { endpoint } from '../../src/sentences/endpoint';
import { compileSigning, signatureHeaders } from '../../src/signing/endpoint-signing';
import { credentialTypes, parseConfig, type WebhookEndpointConfig } from '../telephony-webhook-endpoint/config';
import { tokensForTest } from './access-tokens';
import { findEndpoint } from './config-nodes';
import { authenticationOf, type Credentials } from './endpoint-authentication';
import { connectionOf } from './endpoint-connection';
import { requestOf, typedOriginOf } from './message';
import type { Message, Red } from './red';
import { sharedClient } from './stores';

/** One after another; what fails is the last. */
export type TestStep =
  /** What is typed cannot be tried. */
  | { readonly step: 'settings'; readonly field: string; readonly problem: Sentence }
  | ({ readonly step: 'address'; readonly host: string } & AddressVerdict)
  | { readonly step: 'token'; readonly durationMs: number /** Null: obtained. */; readonly problem: Sentence | null }
  | { readonly step: 'connection'; readonly address: string /** Null: not encrypted. */; readonly tls: TlsFacts | null }
  | {
      readonly step: 'answer';
      /** Null: none came. */
      readonly statusCode: number | null;
      readonly durationMs: number;
      /** Null: a success. */
      readonly problem: Sentence | null;
    };

interface TlsFacts {
  readonly protocol: string;
  /** Of the certificate: for whom, by whom, and until when (ISO 8601). Empty: it does not say. */
  readonly subject: string;
  readonly issuer: string;
  readonly validTo: string;
}

const METHODS = ['GET', 'HEAD', 'POST'] as const;
const TIMEOUT_MS = 15_000;
/** Node-RED's mark for a password that is stored and was not typed anew. */
const KEPT = '__PWRD__';

/**
 * `asked`: `id` of the endpoint, `config` and `credentials` as they stand in its panel, `method`, and a `path` that is added
 * to the base URL.
 */
export async function testEndpoint(
  red: Red,
  asked: Readonly<Record<string, unknown>>,
): Promise<{ steps: readonly TestStep[] }> {
  try {
    return { steps: await tryOut(red, asked) };
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    return { steps: [{ step: 'settings', field: error.field ?? '', problem: error.sentence }] };
  }
}

/** Throws a UserError for what cannot be tried at all. */
async function tryOut(red: Red, asked: Readonly<Record<string, unknown>>): Promise<readonly TestStep[]> {
  const { config, problems } = parseConfig(asked['config']);
  const id = String(asked['id'] ?? '');
  const { transports, problems: ofConnection } = connectionOf(red, config);
  const credentials = credentialsFor(red, id, config, asked['credentials']);
  const { auth, problems: ofAuth } = authenticationOf(config, credentials, transports.typed, (settings, transport) =>
    tokensForTest(id, settings, transport),
  );
  const signing = compileSigning(config, credentials.signingSecrets);
  const [problem] = [...problems, ...ofConnection, ...ofAuth];
  if (problem) throw new UserError('endpoint', problem, { field: problem.field });
  if (signing.kind === 'impossible') {
    throw new UserError('endpoint', signing.problem, { field: signing.problem.field });
  }

  const { method, url, headers, body } = testRequest(config, asked);
  const target = new URL(url);
  const verdict = await checkAddress(transports.typed.guard, target, isProxied(transports.typed, target));
  const steps: TestStep[] = [{ step: 'address', host: target.hostname, ...verdict }];
  if (verdict.kind !== 'allowed') return steps;

  let authorized = authorize(headers, auth);
  if (auth.kind === 'oauth2') {
    const startedAtMs = systemClock.now();
    const token = await auth.tokens.obtain();
    const durationMs = systemClock.now() - startedAtMs;
    steps.push({ step: 'token', durationMs, problem: token.kind === 'failure' ? sentenceOf(token) : null });
    if (token.kind === 'failure') return steps;
    authorized = withHeaders(authorized, { authorization: token.value });
  }
  const test = randomId('test_');
  const signed = signatureHeaders(signing, { id: test, nowMs: systemClock.now(), method, url, body: body ?? '' });
  const result = await sharedClient().send({
    method,
    url,
    headers: withHeaders(authorized, { ...signed, 'webhook-id': test, 'webhook-test': 'true' }),
    body,
    timeoutMs: TIMEOUT_MS,
    transport: { ...transports.typed, connected: (socket) => void steps.push(connectionStep(socket)) },
  });
  const outcome = judge(result, parseSuccessRule(''), systemClock.now());
  steps.push({
    step: 'answer',
    statusCode: result.kind === 'response' ? result.statusCode : null,
    durationMs: result.durationMs,
    problem: outcome.ok ? null : sentenceOf(outcome),
  });
  return steps;
}

function testRequest(
  { baseUrl }: WebhookEndpointConfig,
  asked: Readonly<Record<string, unknown>>,
): Pick<OutgoingRequest, 'method' | 'url' | 'headers' | 'body'> {
  if (baseUrl === '') {
    throw new UserError('endpoint', endpoint('no-base-url'), { field: 'baseUrl' });
  }
  const method = METHODS.find((one) => one === asked['method']) ?? 'GET';
  const payload = method === 'POST' ? { type: 'webhook.test', test: true } : undefined;
  const message = { _msgid: 'test', payload } as unknown as Message;
  const path = String(asked['path'] ?? '').trim();
  const { url, headers, body } = requestOf(message, { method, url: path, baseUrl });
  // A whole address would take the credentials elsewhere.
  if (typedOriginOf(url) !== typedOriginOf(baseUrl)) {
    throw new UserError('endpoint', endpoint('path'), { field: 'path' });
  }
  return { method, url, headers, body: body?.text ?? null };
}

/**
 * What was typed, and what is stored where nothing was: that goes only where the deployed endpoint of this id sends it, or
 * whoever edits an endpoint could have its passwords sent to himself.
 */
function credentialsFor(red: Red, id: string, config: WebhookEndpointConfig, typed: unknown): Credentials {
  const given = isJsonObject(typed) ? typed : {};
  const deployed = findEndpoint(red, id);
  const stored = (deployed?.credentials ?? {}) as Credentials;
  const needed = new Set<string>(NEEDED[config.auth]);
  if (config.signing !== 'none') needed.add('signingSecrets');
  const credentials: Record<string, string> = {};
  for (const name of Object.keys(credentialTypes) as (keyof Credentials)[]) {
    const value = given[name];
    if (!needed.has(name) || typeof value !== 'string') continue;
    if (value === KEPT && !(deployed && isSameWay(deployed.endpoint.config, config))) {
      throw new UserError('endpoint', endpoint('elsewhere'), { field: name });
    }
    credentials[name] = value === KEPT ? (stored[name] ?? '') : value;
  }
  return credentials;
}

const NEEDED: Readonly<Record<WebhookEndpointConfig['auth'], readonly (keyof Credentials)[]>> = {
  none: [],
  basic: ['username', 'password'],
  bearer: ['token'],
  header: ['token'],
  oauth2: ['clientSecret', 'refreshToken', 'privateKey'],
};

function isSameWay(one: WebhookEndpointConfig, other: WebhookEndpointConfig): boolean {
  const way = ({ baseUrl, tokenUrl, tls, proxy }: WebhookEndpointConfig): string =>
    JSON.stringify([typedOriginOf(baseUrl), tokenUrl, tls, proxy]);
  return typedOriginOf(one.baseUrl) !== undefined && way(one) === way(other);
}

function connectionStep(socket: Socket): TestStep {
  return {
    step: 'connection',
    address: socket.remoteAddress ?? '',
    tls: socket instanceof TLSSocket ? tlsOf(socket) : null,
  };
}

function tlsOf(socket: TLSSocket): TlsFacts {
  const { subject, issuer, valid_to: validTo } = socket.getPeerCertificate();
  const expiresAt = new Date(validTo);
  return {
    protocol: socket.getProtocol() ?? '',
    subject: String(subject?.CN ?? ''),
    issuer: String(issuer?.O ?? issuer?.CN ?? ''),
    validTo: Number.isNaN(expiresAt.getTime()) ? '' : expiresAt.toISOString(),
  };
}
