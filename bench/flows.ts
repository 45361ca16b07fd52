/** The flows that are measured: events come out of the feeder and what was delivered goes back to it. */
import type { FlowNode } from '../test/support/node-red-process';

/** What one side of a comparison is called: a path of the feeder. */
export type Path = 'pack' | 'core' | 'undici';

const COMMON = { z: 'tab', x: 0, y: 0 };

const AVAILABLE = [
  'eventType',
  'eventTime',
  'callId',
  'callerNumber',
  'callerName',
  'calledNumber',
  'duration',
  'billsec',
];

const tab: FlowNode = { id: 'tab', type: 'tab', label: 'bench' };

function feeder(receiver: string, paths: Readonly<Record<string, readonly number[]>>, wires: string[][]): FlowNode {
  return { ...COMMON, id: 'feeder', type: 'bench-feeder', receiver, paths, wires };
}

function packTemplate(id: string, url: string, next: string): FlowNode {
  return {
    ...COMMON,
    id,
    type: 'telephony-webhook-template',
    method: 'POST',
    url,
    available: AVAILABLE,
    user: [{ key: 'sentAt', type: 'text', value: '{{msg.sentAt}}' }],
    wires: [[next]],
  };
}

/** As the palette gives it: retried if it fails, in order by call. */
function webhookOut(id: string, endpoint = ''): FlowNode {
  return {
    ...COMMON,
    id,
    type: 'telephony-webhook-out',
    endpoint,
    retryIfError: true,
    orderBy: 'event.callId',
    wires: [['feeder'], []],
  };
}

/** Feeder → template → sender → feeder, once with the pack's nodes (path `pack`) and once with the core's (`core`). */
export function sideBySide(receiver: string): readonly FlowNode[] {
  const url = `${receiver}/hook`;
  const members = AVAILABLE.map((name) => `"${name}":"{{payload.${name}}}"`).join(',');
  return [
    tab,
    feeder(receiver, { pack: [0], core: [1] }, [['template'], ['core-template']]),
    packTemplate('template', url, 'out'),
    webhookOut('out'),
    {
      ...COMMON,
      id: 'core-template',
      type: 'template',
      field: 'payload',
      fieldType: 'msg',
      syntax: 'mustache',
      output: 'str',
      template: `{${members},"sentAt":"{{sentAt}}"}`,
      wires: [['request']],
    },
    {
      ...COMMON,
      id: 'request',
      type: 'http request',
      method: 'POST',
      ret: 'txt',
      url,
      // Keeps connections alive: the core nodes at their best.
      persist: true,
      headers: [{ keyType: 'Content-Type', keyValue: '', valueType: 'application/json', valueValue: '' }],
      wires: [['feeder']],
    },
  ];
}

/** What the path of the n-th of many endpoints begins with. */
export const endpointPath = (index: number): string => `/endpoint-${index}/`;
export const endpointId = (index: number): string => `endpoint-${index}`;
export const outId = (index: number): string => `out-${index}`;

/** A template, a webhook and an endpoint for each of so many receivers, fed in turn (path `pack`). */
export function manyEndpoints(receiver: string, count: number): readonly FlowNode[] {
  const all = Array.from({ length: count }, (_, index) => index);
  return [
    tab,
    feeder(
      receiver,
      { pack: all },
      all.map((index) => [`template-${index}`]),
    ),
    ...all.flatMap((index) => [
      { id: endpointId(index), type: 'telephony-webhook-endpoint', baseUrl: `${receiver}${endpointPath(index)}` },
      packTemplate(`template-${index}`, '/hook', outId(index)),
      webhookOut(outId(index), endpointId(index)),
    ]),
  ];
}
