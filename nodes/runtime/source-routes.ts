/** The part of the admin API by which the panels of sources, and of those who listen to them, ask. */
import { systemClock } from '../../src/clock';
import { UserError } from '../../src/errors';
import { countryProblem } from '../../src/event/phone-number';
import { isJsonObject, type JsonObject } from '../../src/json';
import { driverOf } from '../../src/sources/drivers';
import type { Finding, SourceSetup, TestHost } from '../../src/sources/source';
import { parseConfig } from '../telephony-source/config';
import { findSource } from './config-nodes';
import type { Red } from './red';
import { sourceSetup } from './source-setup';

interface Asked {
  readonly params: Record<string, string>;
  readonly body?: unknown;
}
type Add = (path: string, handler: (asked: Asked) => Promise<unknown>) => void;

/** `postTyped`: for what is typed in a panel and counts as if it were deployed. */
export function addSourceRoutes(red: Red, { postTyped }: { readonly postTyped: Add }): void {
  postTyped('sources/:id/test', async ({ params, body }) => ({
    findings: await test(red, params['id'] ?? '', object(body)),
  }));
}

/** `asked`: `config` (what is typed), `credentials` (those that were typed; the others are as deployed) and `probe`. */
async function test(red: Red, id: string, asked: Readonly<JsonObject>): Promise<readonly Finding[]> {
  const { config, problems } = parseConfig(asked['config']);
  const problem = problems[0]?.message ?? countryProblem(config.countryCode);
  if (problem) throw new UserError('source', problem, { field: problems[0]?.field ?? 'countryCode' });
  const deployed = findSource(red, id);
  const running = deployed?.source.config.kind === config.kind ? deployed.source.running() : undefined;
  const credentials = { ...deployed?.credentials, ...texts(object(asked['credentials'])) };
  return driverOf(config.kind).test(sourceSetup(id, config, credentials), running, {
    clock: systemClock,
    probe: probeOf(object(asked['probe'])),
  });
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
