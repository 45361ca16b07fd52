/** The worker thread of a store: opens its database, then answers batches of calls, each batch in one transaction. */
import { parentPort, workerData } from 'node:worker_threads';
import { type Answer, type Call, Engine } from './engine';

export interface WorkerSetup {
  readonly path: string;
  readonly role: 'writer' | 'reader';
}

/** `calls` and `answers` are JSON of Call[] and Answer[]. */
export type ToWorker = { readonly kind: 'run'; readonly calls: string } | { readonly kind: 'close' };
export type FromWorker =
  | { readonly kind: 'opened' }
  | { readonly kind: 'refused'; readonly code: string | null; readonly field: string | null; readonly message: string }
  | { readonly kind: 'answers'; readonly answers: string }
  | { readonly kind: 'closed' };

const setup = workerData as WorkerSetup;
const port = parentPort;
if (!port) throw new Error('To be run as a worker thread.');
const say = (message: FromWorker): void => port.postMessage(message);

let engine: Engine | undefined;
try {
  engine = new Engine(setup.path, setup.role);
  say({ kind: 'opened' });
} catch (error) {
  const { code, field } = error as { code?: unknown; field?: unknown };
  say({
    kind: 'refused',
    code: (error as Error).name === 'UserError' ? String(code) : null,
    field: typeof field === 'string' ? field : null,
    message: error instanceof Error ? error.message : String(error),
  });
}

port.on('message', (message: ToWorker) => {
  if (message.kind === 'run' && engine) {
    const answers: readonly Answer[] = engine.runAll(JSON.parse(message.calls) as Call[]);
    return say({ kind: 'answers', answers: JSON.stringify(answers) });
  }
  engine?.close();
  engine = undefined;
  say({ kind: 'closed' });
  port.close();
});
