/**
 * The receiver of the bench, a process of its own. As cheap as can be, so that the senders are what is measured: it reads
 * HTTP itself and answers 200 at once. Of each run (the part of the call id before the dot) it keeps which events
 * arrived, how often, and how long each took from its making to the whole request.
 *
 * Messages: it tells `{port}`; then answers `{ask: 'take', run}`, `{ask: 'first', run}`, `{ask: 'hang', path}` (requests
 * to that path get no answer) and `{ask: 'release'}` (now they do).
 */
import { createServer } from 'node:net';

const ANSWER = 'HTTP/1.1 200 OK\r\ncontent-type: text/plain\r\ncontent-length: 2\r\n\r\nok';
const HEAD_END = '\r\n\r\n';

const runs = new Map();
/** Of runs that were taken, so that nobody would count it. */
let strays = 0;
const taken = new Set();
let hangingPath = null;
const unanswered = [];
/** Who waits for the first event of a run. */
const waiting = new Map();

const server = createServer((socket) => {
  let pending = Buffer.alloc(0);
  socket.setNoDelay(true);
  socket.on('error', () => socket.destroy());
  socket.on('data', (chunk) => {
    pending = pending.length === 0 ? chunk : Buffer.concat([pending, chunk]);
    for (;;) {
      const headEnd = pending.indexOf(HEAD_END);
      if (headEnd < 0) return;
      const head = pending.toString('latin1', 0, headEnd);
      const bodyEnd = headEnd + HEAD_END.length + Number(/^content-length: *(\d+)/im.exec(head)?.[1]);
      if (Number.isNaN(bodyEnd)) throw new Error(`A request without a length:\n${head}`);
      if (pending.length < bodyEnd) return;
      note(JSON.parse(pending.toString('utf8', headEnd + HEAD_END.length, bodyEnd)));
      pending = pending.subarray(bodyEnd);
      if (hangingPath !== null && head.split(' ', 2)[1].startsWith(hangingPath)) unanswered.push(socket);
      else socket.write(ANSWER);
    }
  });
});

function note({ callId, sentAt }) {
  const arrivedAt = process.hrtime.bigint();
  const [run, number] = callId.split('.');
  if (taken.has(run)) {
    strays++;
    return;
  }
  let known = runs.get(run);
  if (known === undefined) {
    known = { latencies: new Map(), twice: 0, firstAt: String(arrivedAt) };
    runs.set(run, known);
    waiting.get(run)?.(known);
  }
  if (known.latencies.has(number)) known.twice++;
  else known.latencies.set(number, Number(arrivedAt - BigInt(sentAt)) / 1e6);
}

const answers = {
  take({ run }) {
    const { latencies = new Map(), twice = 0 } = runs.get(run) ?? {};
    runs.delete(run);
    taken.add(run);
    return { latencies: [...latencies].map(([number, ms]) => [Number(number), ms]), twice, strays };
  },
  async first({ run }) {
    const { firstAt } = runs.get(run) ?? (await new Promise((resolve) => waiting.set(run, resolve)));
    return { firstAt };
  },
  arrived: ({ run }) => ({ count: runs.get(run)?.latencies.size ?? 0 }),
  hang({ path }) {
    hangingPath = path;
    return {};
  },
  release() {
    hangingPath = null;
    for (const socket of unanswered.splice(0)) socket.write(ANSWER);
    return {};
  },
};

server.listen(0, '127.0.0.1', () => process.send({ port: server.address().port }));
process.on('message', async (question) => {
  process.send({ id: question.id, ...(await answers[question.ask](question)) });
});
process.on('disconnect', () => process.exit());
