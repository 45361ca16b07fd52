/**
 * Whether the flow's author typed an address, or a message brought it: decides which secrets go there and what the address
 * guard allows. Looked up in the deployed nodes at every attempt; nothing that a message says of itself counts.
 */
import { AddressGuard, type AddressGuardOptions } from '../../../src/http/address-guard';
import type { Transport } from '../../../src/http/http-client';
import { originOf } from '../../../src/http/origin';
import type { EndpointNode, TemplateNode } from '../config-nodes';
import { PROXY } from './network';

/**
 * Each is one object as long as its owner lives, so that its connections are shared. The two share none: an open connection
 * to a private address must not serve a message that may not open one.
 */
export interface Transports {
  readonly typed: GuardedTransport;
  readonly brought: GuardedTransport;
}

export type GuardedTransport = Transport & { readonly guard: AddressGuard };

export function guardedTransports(
  rest: Omit<Transport, 'guard'>,
  rule: Pick<AddressGuardOptions, 'policy' | 'allow'>,
): Transports {
  return {
    typed: { ...rest, guard: new AddressGuard({ ...rule, hostTyped: true }) },
    brought: { ...rest, guard: new AddressGuard({ ...rule, hostTyped: false }) },
  };
}

/** What holds where no endpoint says otherwise. */
const WITHOUT_ENDPOINT = guardedTransports(PROXY ? { proxy: PROXY } : {}, { policy: 'lan' });

export interface AddressTrust {
  readonly origin: string;
  /** The origin (scheme, host, port) stands in a deployed node. */
  readonly typed: boolean;
  /** The endpoint's secrets and authentication are for this address. */
  readonly lends: boolean;
  readonly transport: Transport;
}

/** The nodes in which the address of a request may have been typed. */
export interface TypedIn {
  readonly endpoint: EndpointNode['endpoint'] | undefined;
  readonly template: TemplateNode['template'] | undefined;
  /** Of the URL in the `webhook out`. */
  readonly ownOrigin: string | undefined;
}

/** @param url absolute */
export function trustOf(url: string, { endpoint, template, ownOrigin }: TypedIn): AddressTrust {
  const origin = originOf(url);
  const ofEndpoint = origin === endpoint?.typedOrigin;
  const typed = ofEndpoint || origin === template?.typedOrigin || origin === ownOrigin;
  const transports = endpoint?.transports ?? WITHOUT_ENDPOINT;
  return {
    origin,
    typed,
    // An endpoint without a base URL lends its secrets to the address that the flow's author typed beside it.
    lends: ofEndpoint || (typed && endpoint?.config.baseUrl === ''),
    transport: typed ? transports.typed : transports.brought,
  };
}
