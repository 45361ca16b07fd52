/** How a shell listens and closes: written once, because Node-RED forgives none of the mistakes one can make here. */
import type { Node, NodeAPI, NodeMessage, NodeMessageInFlow, NodeStatus } from 'node-red';
import { type Clock, systemClock, type Timer } from '../../src/clock';
import { UserError } from '../../src/errors';
import type { Sentence } from '../../src/sentence';
import { inMessage } from '../../src/sentences/message';
import { cut, LONGEST_STATUS } from './status-text';

export type Red = NodeAPI;
export type RedNode<C extends object = object> = Node<C>;
/** A message: Node-RED's own members, and whatever a flow put there. */
export type Message = NodeMessageInFlow & Record<string, unknown>;
export type Outputs = (NodeMessage | NodeMessage[] | null)[];

/** How long a node that closes waits for what is being stored, of the 15 s that Node-RED allows: a disk may refuse for longer. */
const STORING_GRACE_MS = 4_000;

/** By node, the messages that it has in hand: each with the promise of its end. */
const inHand = new WeakMap<Node, Set<Promise<void>>>();

/**
 * Listens to a node's input. `handler` may be asynchronous; what it throws reaches `done` once, so that a Catch node
 * hears it and Node-RED survives. `done()` is called once when it returns.
 */
export function onInput(
  node: Node,
  handler: (message: Message, send: (outputs: Outputs) => void) => Promise<void> | void,
): void {
  node.on('input', (message, send, done) => {
    const run = async () => handler(message as Message, (outputs) => send(outputs as never));
    const handling = run().then(
      () => done(),
      (error: unknown) => done(asError(error)),
    );
    const mine = inHand.get(node) ?? new Set();
    inHand.set(node, mine.add(handling));
    void handling.finally(() => mine.delete(handling));
  });
}

/** Resolves when what a closing node stores is there, or has had its time. */
export async function storedInTime(storing: Promise<unknown>): Promise<void> {
  let timer: Timer | undefined;
  const late = new Promise<void>((resolve) => {
    timer = systemClock.after(STORING_GRACE_MS, resolve);
  });
  await Promise.race([storing, late]);
  timer?.cancel();
}

/** More may come meanwhile, from nodes that close later. */
async function handled(node: Node): Promise<void> {
  const mine = inHand.get(node);
  while (mine?.size) await Promise.allSettled(mine);
}

/**
 * Runs when the node is removed or redeployed, after the messages that it has in hand: the process may end when all nodes have
 * closed. Node-RED waits for both, 15 s at most.
 */
export function onClose(node: Node, handler: (removed: boolean) => Promise<void> | void): void {
  node.on('close', (removed: boolean, done: (error?: Error) => void) => {
    const run = async () => {
      await storedInTime(handled(node));
      await handler(removed);
    };
    run().then(
      () => done(),
      (error: unknown) => {
        node.error(asError(error).message);
        done();
      },
    );
  });
}

/** Catch nodes show `String(error)` and `error.code`. */
export function asError(error: unknown): Error {
  return error instanceof Error ? error : new Error(String(error));
}

/** A mistake in the settings, or an error. */
export interface Wrong extends Sentence {
  readonly field?: string | undefined;
  /** Of a UserError. */
  readonly code?: string | undefined;
}

/** Reports a mistake outside of any message: red status, one line in the log. */
export function reportProblem(red: Red, node: Node, wrong: Wrong): void {
  node.status({ fill: 'red', shape: 'ring', text: inShort(red, wrong) });
  node.error(wrong.message);
}

/** As much of it as fits below a node: the trouble of a store, or the field that is to be checked, as its panel calls it. */
export function inShort(red: Red, { field = '', code = '' }: Omit<Wrong, 'message'>): string {
  if (code.startsWith('store-')) return red._(`status.${code}`);
  const [name] = field.split(/[.[]/);
  if (!name) return red._('status.seeLog');
  const key = `${name}.label`;
  const label = red._(key);
  const check = (what: string): string => red._('status.check', { field: what } as never);
  return check(cut(label === key ? name : label, LONGEST_STATUS - check('').length));
}

/** A node's status, at most once a second: the last one of a second wins. Only what is shown is put into words. */
export class StatusLine {
  private timer: Timer | undefined;
  private next: (() => NodeStatus) | undefined;
  private pinned: NodeStatus | null = null;

  constructor(
    private readonly node: Node,
    private readonly clock: Clock,
  ) {}

  /** Shows this whatever else is to be shown, until it is taken off with null. */
  pin(status: NodeStatus | null): void {
    if (status === null && this.pinned === null) return;
    this.pinned = status;
    this.show(() => status ?? {});
  }

  show(status: () => NodeStatus): void {
    const { pinned } = this;
    if (pinned !== null) status = () => pinned;
    if (this.timer) {
      this.next = status;
      return;
    }
    this.node.status(status());
    this.timer = this.clock.after(1000, () => {
      this.timer = undefined;
      const next = this.next;
      this.next = undefined;
      if (next) this.show(next);
    });
  }

  close(): void {
    this.timer?.cancel();
  }
}

/**
 * Evaluates a value of one of Node-RED's own types (`msg`, `flow`, `global`, `env`, `jsonata`). Undefined where the message
 * does not have the property, however deep: Node-RED itself throws where a property above it is missing.
 */
export function evaluate(red: Red, node: Node, type: string, value: string, message: Message): Promise<unknown> {
  return new Promise((resolve, reject) => {
    const fail = (cause: unknown): void => reject(new UserError('value', unevaluated(type, value, cause), { cause }));
    try {
      red.util.evaluateNodeProperty(value, type, node, message, (error: Error | null, result: unknown) => {
        if (!error || (type === 'msg' && error instanceof TypeError)) resolve(result);
        else fail(error);
      });
    } catch (error) {
      fail(error);
    }
  });
}

/** Why a value cannot be evaluated with any message. Undefined: with some it can. */
export function evaluationProblem(red: Red, node: Node, type: string, value: string): Sentence | undefined {
  if (type !== 'jsonata') return undefined;
  try {
    red.util.prepareJSONataExpression(value, node);
    return undefined;
  } catch (error) {
    return unevaluated(type, value, error);
  }
}

/** JSONata throws objects that are no errors, but say what is wrong as errors do. */
function unevaluated(type: string, value: string, error: unknown): Sentence {
  return inMessage('value', { source: `${type}.${value}`, reason: (error as Error).message });
}

/** Says in the log of Node-RED what should never have happened. */
export function logBug(red: Red, error: unknown): void {
  red.log.error(`telephony-webhooks: ${(error instanceof Error && error.stack) || String(error)}`);
}
