/**
 * Sends telephone events into the flow of the bench, inside Node-RED so that nothing stands between it and the nodes
 * that are measured, and counts what comes back. `POST bench/run` with an order answers when all have come back, or when
 * none has for a while. The path `undici` is no flow: the feeder itself posts the same payload, which is what the same
 * process can do at best.
 */
const { monitorEventLoopDelay } = require('node:perf_hooks');
const { Pool } = require('undici');

/** As many as the pack sends to one receiver at once where nothing else is said. */
const CONNECTIONS = 64;
const GIVE_UP_AFTER_MS = 30_000;
/** Of the event-loop delay's timer, which is contained in what it measures. */
const DELAY_RESOLUTION_MS = 1;

module.exports = (RED) => {
  let run;

  RED.nodes.registerType('bench-feeder', function BenchFeeder(config) {
    RED.nodes.createNode(this, config);
    const receiver = new Pool(config.receiver, { connections: CONNECTIONS, pipelining: 1 });
    this.on('close', () => receiver.close());

    this.on('input', (message, _send, done) => {
      if (run && message.bench === run.id) run.back(message.statusCode);
      done();
    });

    const senders = {
      /** In turn to the outputs that belong to the path. */
      flow: (outputs) => (id, number) => {
        const messages = [];
        messages[outputs[number % outputs.length]] = eventMessage(id, number);
        this.send(messages);
      },
      undici: (id, number) => {
        const { payload, sentAt } = eventMessage(id, number);
        receiver
          .request({
            path: '/hook',
            method: 'POST',
            headers: { 'content-type': 'application/json' },
            body: JSON.stringify({ ...payload, sentAt }),
          })
          .then(async ({ statusCode, body }) => {
            await body.dump();
            run.back(statusCode);
          })
          .catch((error) => this.error(error));
      },
    };

    RED.httpAdmin.post('/bench/run', (request, response) => {
      const { run: id, path, count, window = Number.POSITIVE_INFINITY, perSecond } = request.body;
      const send = path === 'undici' ? senders.undici : senders.flow(config.paths[path]);
      const delay = monitorEventLoopDelay({ resolution: DELAY_RESOLUTION_MS });
      let sent = 0;
      let back = 0;
      let failed = 0;
      let pace;
      let lastBack = -1;
      const fill = () => {
        while (sent < count && sent - back < window) send(id, sent++);
      };
      const end = () => {
        const seconds = Number(process.hrtime.bigint() - startedAt) / 1e9;
        clearInterval(pace);
        clearInterval(watch);
        delay.disable();
        const delayMs = (part) => Math.max(0, delay.percentile(part) / 1e6 - DELAY_RESOLUTION_MS);
        response.json({ seconds, back, failed, delayMs: { p50: delayMs(50), p99: delayMs(99), max: delayMs(100) } });
      };
      const watch = setInterval(() => {
        if (back === lastBack) end();
        lastBack = back;
      }, GIVE_UP_AFTER_MS);
      run = {
        id,
        back(statusCode) {
          back++;
          if (statusCode !== 200) failed++;
          if (back === count) end();
          else if (!perSecond) fill();
        },
      };
      // The monitor's own timer costs a little, so it runs only where a rate is asked for and the loop is not full.
      if (perSecond) delay.enable();
      const startedAt = process.hrtime.bigint();
      if (!perSecond) return fill();
      // Timers are too coarse for single events: at each turn, as many as are due.
      pace = setInterval(() => {
        const due = (Number(process.hrtime.bigint() - startedAt) / 1e9) * perSecond;
        while (sent < count && sent < due) send(id, sent++);
      }, 1);
    });

    RED.httpAdmin.get('/bench/memory', (_request, response) => {
      global.gc();
      response.json(process.memoryUsage());
    });
  });

  function eventMessage(bench, number) {
    const time = new Date().toISOString();
    const parameters = {
      eventType: 'call.ended',
      eventTime: time,
      // By which the receiver knows which event of which run arrived. (Mustache would write a slash as an entity.)
      callId: `${bench}.${number}`,
      callerNumber: '+442079460123',
      callerName: 'Ann Customer',
      calledNumber: '+442079460999',
      duration: 70,
      billsec: 64,
    };
    return {
      bench,
      // Monotonic, and the same for all processes of the machine.
      sentAt: String(process.hrtime.bigint()),
      topic: 'call.ended',
      payload: parameters,
      event: {
        id: `${bench}-${number}`,
        type: 'call.ended',
        time,
        source: 'bench',
        callId: parameters.callId,
        callType: 'inbound',
        parameters,
      },
    };
  }
};
