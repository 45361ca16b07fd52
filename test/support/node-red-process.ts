/**
 * A real Node-RED with the built pack, as a child process on a port of its own: for what the test helper lacks, which is
 * HTTP roots, words, permissions, and above all being killed and started again on the same data.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { PATIENCE_MS } from './patience';

export const packRoot = join(__dirname, '..', '..');

/** The versions that the pack is tested on, and what their packages are called here. */
const PACKAGES = { '5': 'node-red', '4.1': 'node-red-4' } as const;
export type NodeRedVersion = keyof typeof PACKAGES;
export const NODE_RED_VERSIONS: readonly NodeRedVersion[] = ['5', '4.1'];

export interface FlowNode {
  readonly id: string;
  readonly type: string;
  readonly [property: string]: unknown;
}

export interface NodeRedOptions {
  readonly version: NodeRedVersion;
  /** Deployed at the first start. A node may carry `credentials`. */
  readonly flows?: readonly FlowNode[];
  /** Kept when Node-RED stops. Without it there is a temporary one, which `stop` removes. */
  readonly userDir?: string;
  /** Added to the quiet settings; JSON. */
  readonly settings?: Readonly<Record<string, unknown>>;
  readonly env?: Readonly<Record<string, string>>;
  /** False: the user directory brings the pack. */
  readonly pack?: boolean;
  /** The program that is Node.js. Default: the one that runs the tests. */
  readonly node?: string;
  /** Options of Node.js itself. */
  readonly nodeOptions?: readonly string[];
}

export interface NodeRedProcess {
  /** `http://127.0.0.1:<port>`, the same after a restart. */
  readonly url: string;
  readonly port: number;
  readonly userDir: string;
  /** Of the process that runs now. */
  readonly pid: number;
  /** All that it has written, over all its starts. */
  readonly log: string;
  /** A request to the admin API, or to any other path. */
  api(path: string, init?: RequestInit): Promise<Response>;
  /** The JSON that the admin API answers; throws where the status is not 2xx. */
  get<T>(path: string): Promise<T>;
  /** Replaces all flows, or only the nodes that differ (`nodes`), and waits until they have started. */
  deploy(flows: readonly FlowNode[], type?: 'full' | 'nodes'): Promise<void>;
  /** Presses the button of an inject node. */
  inject(id: string): Promise<void>;
  /** Waits until what it writes from now on matches. */
  logged(pattern: RegExp, withinMs?: number): Promise<void>;
  /** Ends it at once, as a power cut would. */
  kill9(): Promise<void>;
  /** Starts it again on the same data and port; one that still runs is stopped in order first. */
  restart(): Promise<void>;
  /** Stops it in order and removes what is temporary. */
  stop(): Promise<void>;
}

const START_WITHIN_MS = 45_000;
/** Node-RED gives nodes 15 s to close, by its own clock. */
const STOP_WITHIN_MS = 45_000;

const QUIET_SETTINGS = {
  uiHost: '127.0.0.1',
  flowFile: 'flows.json',
  credentialSecret: 'a secret of the tests',
  telemetry: { enabled: false, updateNotification: false },
  editorTheme: { tours: false, palette: { catalogues: [] } },
  externalModules: { autoInstall: false, palette: { allowInstall: false }, modules: { allowInstall: false } },
  runtimeState: { enabled: true, ui: false },
  logging: { console: { level: 'info', metrics: false, audit: false } },
};

/** Ends Node-RED when the process that started it is gone, however that went. Threads, which get it too, have no channel. */
const LEASH = 'data:text/javascript,process.on("disconnect",()=>process.exit(1));process.channel?.unref()';

export async function startNodeRed(options: NodeRedOptions): Promise<NodeRedProcess> {
  const nodeRed = new StartedNodeRed(options, await freePort());
  try {
    await nodeRed.start();
    if (options.flows) await nodeRed.deploy(options.flows);
  } catch (error) {
    await nodeRed.stop();
    throw error;
  }
  return nodeRed;
}

class StartedNodeRed implements NodeRedProcess {
  readonly url: string;
  readonly userDir: string;
  log = '';
  #child: ChildProcess | undefined;
  readonly #watchers = new Set<() => void>();

  constructor(
    private readonly options: NodeRedOptions,
    readonly port: number,
  ) {
    this.url = `http://127.0.0.1:${port}`;
    this.userDir = options.userDir ?? mkdtempSync(join(tmpdir(), 'telephony-node-red-'));
    const nodesDir = options.pack === false ? {} : { nodesDir: [packRoot] };
    const settings = { ...QUIET_SETTINGS, ...nodesDir, ...options.settings };
    writeFileSync(join(this.userDir, 'settings.js'), `module.exports = ${JSON.stringify(settings, null, 2)};\n`);
  }

  get pid(): number {
    if (!this.#child?.pid) throw new Error('Node-RED does not run');
    return this.#child.pid;
  }

  async start(): Promise<void> {
    const { version, env, node = process.execPath, nodeOptions = [] } = this.options;
    const program = join(dirname(require.resolve(`${PACKAGES[version]}/package.json`)), 'red.js');
    const child = spawn(
      node,
      [
        ...nodeOptions,
        '--import',
        LEASH,
        program,
        '-u',
        this.userDir,
        '-s',
        join(this.userDir, 'settings.js'),
        '-p',
        `${this.port}`,
      ],
      // Its own words are matched, so they must be English; and neither a proxy nor the options of the test runner are meant for it.
      {
        env: { ...process.env, LC_ALL: 'C', LANG: 'C', NODE_OPTIONS: '', no_proxy: '*', ...env },
        stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
      },
    );
    this.#child = child;
    for (const stream of [child.stdout, child.stderr]) {
      stream?.setEncoding('utf8').on('data', (text: string) => {
        this.log += text;
        for (const watcher of this.#watchers) watcher();
      });
    }
    child.once('exit', () => {
      if (this.#child === child) this.#child = undefined;
      for (const watcher of this.#watchers) watcher();
    });
    await Promise.all([this.logged(/Server now running/, START_WITHIN_MS), this.#flowsStarted()]);
  }

  async api(path: string, init: RequestInit = {}): Promise<Response> {
    return fetch(new URL(path, this.url), init);
  }

  async get<T>(path: string): Promise<T> {
    const response = await this.api(path, { headers: { accept: 'application/json' } });
    if (!response.ok) throw new Error(`GET ${path} answered ${response.status}: ${await response.text()}`);
    return (await response.json()) as T;
  }

  async deploy(flows: readonly FlowNode[], type = 'full'): Promise<void> {
    const started = this.#flowsStarted();
    started.catch(() => {}); // the answer below says more
    const response = await this.api('flows', {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'node-red-deployment-type': type },
      body: JSON.stringify(flows),
    });
    if (!response.ok) throw new Error(`Deploying answered ${response.status}: ${await response.text()}`);
    await started;
  }

  async inject(id: string): Promise<void> {
    const response = await this.api(`inject/${id}`, { method: 'POST' });
    if (!response.ok) throw new Error(`Inject node ${id} answered ${response.status}`);
  }

  logged(pattern: RegExp, withinMs = PATIENCE_MS): Promise<void> {
    return this.#watch((text) => pattern.test(text), String(pattern), withinMs);
  }

  async kill9(): Promise<void> {
    await this.#end('SIGKILL');
  }

  async restart(): Promise<void> {
    await this.#end('SIGTERM');
    await this.start();
  }

  async stop(): Promise<void> {
    try {
      await this.#end('SIGTERM');
    } finally {
      if (this.options.userDir === undefined) rmSync(this.userDir, { recursive: true, force: true });
    }
  }

  /** Fails at once where a type is missing: Node-RED would wait for it for ever. */
  #flowsStarted(): Promise<void> {
    const seen = (text: string): boolean => {
      if (/Waiting for missing types[^\n]*\n[^\n]+\n/.test(text))
        throw new Error('Node-RED misses types that the flows use');
      return /Started (flows|modified nodes)/.test(text);
    };
    return this.#watch(seen, 'flows that have started', START_WITHIN_MS);
  }

  #watch(matches: (text: string) => boolean, what: string, withinMs: number): Promise<void> {
    const from = this.log.length;
    const child = this.#child;
    return new Promise((resolve, reject) => {
      const finish = (error?: Error): void => {
        clearTimeout(timer);
        this.#watchers.delete(check);
        if (error) reject(new Error(`${error.message}. It wrote:\n${this.log.slice(-4000)}`, { cause: error }));
        else resolve();
      };
      const check = (): void => {
        try {
          if (matches(this.log.slice(from))) finish();
          else if (this.#child !== child) finish(new Error(`Node-RED ended before ${what}`));
        } catch (error) {
          finish(error as Error);
        }
      };
      const timer = setTimeout(() => finish(new Error(`Node-RED wrote no ${what} within ${withinMs} ms`)), withinMs);
      this.#watchers.add(check);
    });
  }

  async #end(signal: 'SIGTERM' | 'SIGKILL'): Promise<void> {
    const child = this.#child;
    if (!child) return;
    const closed = once(child, 'close');
    child.kill(signal);
    let late = false;
    const timer = setTimeout(() => {
      late = true;
      child.kill('SIGKILL');
    }, STOP_WITHIN_MS);
    await closed;
    clearTimeout(timer);
    if (late) throw new Error(`Node-RED did not stop within ${STOP_WITHIN_MS} ms. It wrote:\n${this.log.slice(-4000)}`);
  }
}

const FIRST_PORT = 20_000;
const PORTS_EACH = 40;
const SHARES = 300;
let portsGiven = 0;

/**
 * A port that nobody listens on, below those that the system gives to outgoing connections: one of these could take it
 * while Node-RED is down between two starts. For the same reason each process that runs tests gives them from a share of its
 * own, one after another: a port is taken only when the program that it is for has started.
 */
export async function freePort(): Promise<number> {
  const share = FIRST_PORT + (process.pid % SHARES) * PORTS_EACH;
  for (let tries = 0; tries < PORTS_EACH; tries++) {
    const port = share + (portsGiven++ % PORTS_EACH);
    const server = createServer();
    const free = await new Promise<boolean>((resolve) => {
      server.once('error', () => resolve(false)).listen(port, '127.0.0.1', () => resolve(true));
    });
    await new Promise<void>((resolve) => (free ? server.close(() => resolve()) : resolve()));
    if (free) return port;
  }
  throw new Error('No free port found');
}
