/** What `npm start` runs once everything is installed: Node-RED with the demo, as a newcomer meets it. */
import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { freePort, packRoot } from '../support/node-red-process';
import { PATIENCE_MS } from '../support/patience';

interface Row {
  readonly webhook: string;
  readonly state: string;
  readonly url: string;
  readonly attemptCount: number;
}

class Demo {
  output = '';
  private readonly child: ChildProcess;
  private readonly ended: Promise<unknown[]>;

  constructor(
    readonly port: string | number,
    userDir: string,
  ) {
    this.child = spawn(process.execPath, [join(packRoot, 'scripts', 'demo.mjs')], {
      env: { ...process.env, NODE_OPTIONS: '', PORT: String(port), USER_DIR: userDir },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    this.ended = once(this.child, 'close');
    for (const stream of [this.child.stdout, this.child.stderr]) {
      stream?.setEncoding('utf8').on('data', (text: string) => {
        this.output += text;
      });
    }
  }

  /** Asks until it is so. */
  async until<T>(what: string, ask: () => T | undefined | Promise<T | undefined>): Promise<T> {
    for (
      const giveUpAt = Date.now() + 2 * PATIENCE_MS;
      Date.now() < giveUpAt && this.child.exitCode === null;
      await pause(50)
    ) {
      const answer = await ask();
      if (answer) return answer;
    }
    return assert.fail(`The demo never had ${what}. It wrote:\n${this.output}`);
  }

  async started(): Promise<this> {
    await this.until('started', () => /Node-RED runs at .*\nOpen it .*\n/.test(this.output));
    return this;
  }

  /** The newest deliveries. */
  async deliveries(): Promise<readonly Row[]> {
    const response = await fetch(`http://127.0.0.1:${this.port}/telephony-webhooks/deliveries`);
    return ((await response.json()) as { deliveries: Row[] }).deliveries;
  }

  /** Exit code, or the signal that ended it. */
  async end(signal?: 'SIGINT' | 'SIGTERM'): Promise<unknown> {
    if (signal) this.child.kill(signal);
    const [code, endedBy] = await this.ended;
    return code ?? endedBy;
  }

  kill(): void {
    this.child.kill('SIGKILL');
  }
}

describe('the demo', function () {
  this.timeout(180_000);
  let userDir: string;
  let running: Demo[];

  const start = (port: string | number): Demo => {
    const demo = new Demo(port, userDir);
    running.push(demo);
    return demo;
  };

  beforeEach(() => {
    userDir = mkdtempSync(join(tmpdir(), 'telephony-demo-'));
    running = [];
  });
  afterEach(async () => {
    for (const demo of running) {
      demo.kill();
      await demo.end();
    }
    rmSync(userDir, { recursive: true, force: true });
  });

  it('shows its address and what to do first; calls are delivered, refused and delivered again', async () => {
    const demo = await start(await freePort()).started();
    const [address, advice, ...more] = demo.output.trim().split('\n').slice(-2);
    assert.equal(address, `Node-RED runs at http://127.0.0.1:${demo.port}`);
    assert.match(advice ?? '', /^Open it .*Deliveries/);
    assert.deepEqual(more, []);
    await demo.until('a delivery at the first attempt', async () =>
      (await demo.deliveries()).find(({ state, attemptCount }) => state === 'delivered' && attemptCount === 1),
    );
    const again = await demo.until('a delivery that was sent again', async () =>
      (await demo.deliveries()).find(({ state, attemptCount }) => state === 'delivered' && attemptCount > 1),
    );
    assert.equal(again.webhook, 'CRM');
    assert.equal(await demo.end('SIGTERM'), 0);
  });

  it('keeps flows that were changed, and its receivers follow the port', async () => {
    const first = await start(await freePort()).started();
    assert.equal(await first.end('SIGINT'), 0);
    const flowFile = join(userDir, 'flows.json');
    const changed = readFileSync(flowFile, 'utf8').replace('"label": "Demo"', '"label": "Mine now"');
    writeFileSync(flowFile, changed);

    const second = await start(await freePort()).started();
    assert.notEqual(second.port, first.port);
    const { url } = await second.until('a delivery', async () =>
      (await second.deliveries()).find(({ state }) => state === 'delivered'),
    );
    assert.equal(new URL(url).port, String(second.port));
    assert.equal(await second.end('SIGTERM'), 0);
    assert.equal(readFileSync(flowFile, 'utf8'), changed);
    assert.match(changed, /Mine now/);
  });

  it('says in one line that its port is taken', async () => {
    const server = createServer();
    const port = await freePort();
    await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve));
    const demo = start(port);
    assert.equal(await demo.end(), 1);
    assert.equal(demo.output, `Port ${port} is taken. Choose another: PORT=${port + 1} npm start\n`);
    await new Promise((resolve) => server.close(resolve));
  });

  it('says in one line that a port is none', async () => {
    const demo = start('http');
    assert.equal(await demo.end(), 1);
    assert.equal(demo.output, 'PORT must be a number from 1 to 65535, not "http".\n');
  });
});
