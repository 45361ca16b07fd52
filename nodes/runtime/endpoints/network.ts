/** What Node-RED's environment says of the network. Read once, when the pack is loaded, as Node-RED's own nodes have it then. */
import { environmentProxy } from '../../../src/http/environment-proxy';
import type { Red } from '../red';

/** For requests for which no proxy is chosen. Undefined: they go directly. */
export const PROXY = environmentProxy(process.env);

let isSaid = PROXY === undefined;

/** Says once, in the log of Node-RED, that a proxy is used that nobody chose in a flow, and what that means. */
export function sayProxy(red: Red): void {
  if (!isSaid) red.log.warn(`telephony-webhooks: ${red._('environmentProxy')}`);
  isSaid = true;
}
