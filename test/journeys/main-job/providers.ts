/** Calls as each of the four providers reports them, through templates that speak its words and those of another. */
import assert from 'node:assert/strict';
import type { JsonObject } from '../../../src/json';
import type { Line, Workbench } from './workbench';

interface Provider {
  readonly dialect: string;
  /** After the path of the source. */
  readonly address?: string;
  call(id: string): JsonObject;
  /** Vocabulary → what is ticked there, and what the receiver must get for the call `id`. */
  readonly told: Readonly<Record<string, (id: string) => JsonObject>>;
}

const PROVIDERS: readonly Provider[] = [
  {
    dialect: 'kompaas',
    call: (id) => ({
      eventType: 'VpbxInboundCallEnd',
      callId: id,
      billsec: 17,
      timestamp: 1767625445,
      internalNumber: 204,
      callerNumber: 40000000023,
      did: 70000000031,
    }),
    told: {
      kompaas: (id) => ({
        eventType: 'VpbxInboundCallEnd',
        callId: id,
        billsec: 17,
        timestamp: 1767625445,
        callerNumber: '40000000023',
      }),
      smartflo: (id) => ({
        call_id: id,
        billsec: 17,
        direction: 'inbound',
        call_status: 'answered',
        caller_id_number: '40000000023',
      }),
    },
  },
  {
    dialect: 'smartflo',
    address: '?trigger=Call%20hangup',
    call: (id) => ({
      uuid: `leg-${id}`,
      $call_id: id,
      'caller_id_number ': '2025550142',
      call_to_number: '2025550110',
      start_stamp: '2026-03-02 12:00:00',
      answer_stamp: '2026-03-02 12:00:09',
      end_stamp: '2026-03-02 12:01:10',
      duration: '70',
      billsec: '61',
      call_status: 'answered',
      direction: 'clicktocall',
    }),
    told: {
      smartflo: (id) => ({
        call_id: id,
        billsec: 61,
        direction: 'clicktocall',
        call_status: 'answered',
        start_stamp: '2026-03-02 12:00:00',
      }),
      ringostat: (id) => ({
        uniqueid: id,
        calldate: '2026-03-02 12:00:00',
        caller: '2025550142',
        dst: '2025550110',
        disposition: 'ANSWERED',
        billsec: 61,
      }),
    },
  },
  {
    dialect: 'obd',
    call: (id) => ({
      bridge: 918000000110,
      from: 918000000142,
      to: 918000000175,
      source: 'OBD',
      mid: id,
      flow_id: 123,
      start_at: '2021-04-09 16:27:39',
      end_at: '2021-04-09 16:27:55',
      duration: '23',
      status: 'ANSWER',
    }),
    told: {
      obd: (id) => ({
        bridge: 918000000110,
        from: 918000000142,
        source: 'OBD',
        mid: id,
        flow_id: 123,
        end_at: '2021-04-09 16:27:55',
        duration: '23',
        status: 'ANSWER',
      }),
      kompaas: () => ({
        eventType: 'Voice robot calls',
        timestamp: 1617985675,
        callerNumber: '918000000142',
        calledNumber: '918000000175',
        did: '918000000110',
      }),
    },
  },
  {
    dialect: 'ringostat',
    call: (id) => ({
      uniqueid: id,
      calldate: '2026-11-21 05:14:15',
      call_type: 'in',
      caller: '12025550142',
      dst: '12025550110',
      disposition: 'ANSWERED',
      duration: 6,
      billsec: 3,
      waittime: 3,
      utm_source: 'google',
      proper_flag: 1,
      recording: 'https://records.example.test/1.mp3',
    }),
    told: {
      ringostat: (id) => ({
        uniqueid: id,
        calldate: '2026-11-21 05:14:15',
        caller: '12025550142',
        disposition: 'ANSWERED',
        waittime: 3,
        utm_source: 'google',
        proper_flag: 1,
      }),
      obd: (id) => ({
        id,
        from: 12025550142,
        to: 12025550110,
        start_at: '2026-11-21 05:14:15',
        duration: '6',
        status: 'ANSWER',
        recording_url: 'https://records.example.test/1.mp3',
      }),
    },
  },
];

/** How providers put a call on the wire. */
const WAYS: Readonly<Record<string, (call: JsonObject) => { query?: string; init: RequestInit }>> = {
  'JSON by POST': (call) => ({ init: json('POST', call) }),
  'JSON by PUT': (call) => ({ init: json('PUT', call) }),
  'a form by POST': (call) => ({ init: { method: 'POST', body: pairs(call) } }),
  'a form by PUT': (call) => ({ init: { method: 'PUT', body: pairs(call) } }),
  'a query by GET': (call) => ({ query: `${pairs(call)}`, init: { method: 'GET' } }),
  'a query by POST': (call) => ({ query: `${pairs(call)}`, init: { method: 'POST' } }),
};

function json(method: string, call: JsonObject): RequestInit {
  return { method, headers: { 'content-type': 'application/json' }, body: JSON.stringify(call) };
}

function pairs(call: JsonObject): URLSearchParams {
  return new URLSearchParams(Object.entries(call).map(([key, value]) => [key, String(value)]));
}

export function checkProviders(bench: Workbench): void {
  before(async () => {
    const lines = PROVIDERS.flatMap(({ dialect, told }) =>
      Object.entries(told).map(([names, expected]): [string, Line] => [
        `${dialect}-as-${names}`,
        {
          source: { dialect },
          template: { names, available: Object.keys(expected('')), dateFormat: 'standard' },
          out: { orderBy: '' },
        },
      ]),
    );
    await bench.deploy({
      ...Object.fromEntries(lines),
      document: {
        source: { dialect: 'kompaas' },
        template: {
          names: 'kompaas',
          available: ['billsec', 'timestamp', 'eventType', 'InternalNumber'],
          user: [{ key: 'Key', type: 'text', value: 'Example' }],
          valuesAsText: true,
        },
      },
    });
  });

  it('turns a KOMPaaS push into the JSON of the KOMPaaS document, byte for byte', async () => {
    await bench.pushJson('document', {
      eventType: 'VpbxInboundCallEnd',
      billsec: 6,
      timestamp: 1687271174,
      InternalNumber: 100,
      callId: '104-1687271168.17',
    });
    const request = await bench.only('document');
    assert.equal(
      request.text,
      '{"billsec":"6","timestamp":"1687271174","eventType":"VpbxInboundCallEnd","InternalNumber":"100","Key":"Example"}',
    );
    assert.equal(request.method, 'POST');
    assert.match(String(request.headers['content-type']), /^application\/json/);
  });

  for (const { dialect, address = '', call, told } of PROVIDERS) {
    for (const [names, expected] of Object.entries(told)) {
      const name = `${dialect}-as-${names}`;
      const who = names === dialect ? 'its own words' : `the words of ${names}`;
      it(`takes what ${dialect} sends as JSON, form and query, and tells it in ${who}`, async () => {
        const ways = Object.entries(WAYS);
        for (const [index, [way, put]] of ways.entries()) {
          const { query, init } = put(call(`call-${index}`));
          const target = query ? `${name}${address ? `${address}&` : '?'}${query}` : `${name}${address}`;
          const answer = await bench.push(target, init);
          assert.deepEqual([way, answer.status, answer.text], [way, 200, '{"accepted":1,"repeated":0}']);
        }
        const bodies = (await bench.received(name, ways.length)).map(({ text }) => text);
        assert.deepEqual(
          bodies.toSorted(),
          ways.map((_, index) => JSON.stringify(expected(`call-${index}`))),
        );
      });
    }
  }
}
