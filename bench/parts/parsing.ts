/** Pushes of phone systems understood a second, beside only reading the body. */
import { parse } from 'node:querystring';
import type { JsonObject } from '../../src/json';
import { readPayload } from '../../src/sources/http-push/body';
import { decodePush, type PushRequest } from '../../src/sources/http-push/push';
import { kompaasStart, smartfloMissed } from '../../test/src/sources/http-push/payloads';
import { jsonRequest, request, source } from '../../test/src/sources/http-push/pushing';
import { type Contender, compare } from '../contest';
import type { Findings } from '../tables';
import type { Size } from '../workbench';

/** A provider's payload, and the parser that stands alone beside ours. */
interface Case {
  readonly title: string;
  readonly request: PushRequest;
  readonly dialect: 'kompaas' | 'smartflo';
  readonly alone: Contender;
}

const asJson = jsonRequest(kompaasStart);
const form = new URLSearchParams(Object.entries(smartfloMissed).map(([key, value]) => [key, String(value)])).toString();
const asForm = request({
  headers: { 'content-type': 'application/x-www-form-urlencoded' },
  query: 'trigger=missed',
  body: form,
});

const CASES: readonly Case[] = [
  {
    title: 'Pushes parsed a second, one thread: a JSON body of 24 fields (KOMPaaS)',
    request: asJson,
    dialect: 'kompaas',
    alone: { name: 'JSON.parse alone', run: () => JSON.parse(asJson.body.toString()) as unknown },
  },
  {
    title: 'Pushes parsed a second, one thread: a form of ten fields (Smartflo)',
    request: asForm,
    dialect: 'smartflo',
    alone: { name: 'querystring.parse alone', run: () => ({ ...parse(asForm.body.toString()) }) },
  },
];

export async function parsing(size: Size): Promise<Findings> {
  const tables = CASES.flatMap((one) => compareWithAlone(one, size).tables);
  return { tables, goals: [] };
}

function compareWithAlone({ title, request: pushed, dialect, alone }: Case, size: Size): Findings {
  const config = source(dialect);
  let pushes = 0;
  const event = (): unknown => {
    const result = decodePush(pushed, config, () => String(++pushes));
    if (result.kind === 'refused') throw new Error(result.reason);
    return result.events[0]?.event.parameters['raw'];
  };
  const read = (): JsonObject => {
    const reading = readPayload({
      body: pushed.body,
      contentType: String(pushed.headers['content-type']),
      query: pushed.query,
      documented: null,
    });
    if (reading.kind === 'unreadable') throw new Error(reading.reason);
    return reading.payload;
  };
  const contenders: readonly Contender[] = [
    { name: 'the pack: an event with id and parameters', run: event },
    { name: 'the pack: only the body', run: read },
    alone,
  ];
  // Every event keeps what it was made of.
  return compare({ title, contenders, size, meaningOf: (made) => made });
}
