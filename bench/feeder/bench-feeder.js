/**
 * Sends telephone events into the flow of the bench, inside Node-RED so that nothing stands between it and the nodes
 * that are measured, and counts what comes back. `POST bench/run` with `{output, count, window}` or
 * `{output, count, perSecond}` answers when all have come back.
 */
module.exports = (RED) => {
  let run;

  RED.nodes.registerType('bench-feeder', function BenchFeeder(config) {
    RED.nodes.createNode(this, config);

    this.on('input', (message, _send, done) => {
      if (run && message.bench === run.id) run.back(message);
      done();
    });

    RED.httpAdmin.post('/bench/run', (request, response) => {
      const { output, count, window = Number.POSITIVE_INFINITY, perSecond } = request.body;
      const id = String(Math.random());
      const startedAt = process.hrtime.bigint();
      const startedCpu = process.cpuUsage();
      let sent = 0;
      let back = 0;
      let failed = 0;
      const sendNext = () => this.send([...Array(output).fill(null), eventMessage(id, sent++)]);
      const fill = () => {
        while (sent < count && sent - back < window) sendNext();
      };
      let pace;
      run = {
        id,
        back(message) {
          back++;
          if (message.statusCode !== 200) failed++;
          if (back === count) {
            clearInterval(pace);
            const { user, system } = process.cpuUsage(startedCpu);
            const seconds = Number(process.hrtime.bigint() - startedAt) / 1e9;
            response.json({ seconds, cpuSeconds: (user + system) / 1e6, failed });
          } else if (!perSecond) fill();
        },
      };
      if (!perSecond) return fill();
      // Timers are too coarse for single events: at each turn, as many as are due.
      pace = setInterval(() => {
        const due = (Number(process.hrtime.bigint() - startedAt) / 1e9) * perSecond;
        while (sent < count && sent < due) sendNext();
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
      callId: `call-${number}`,
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
