/**
 * The receiver of the bench, a process of its own so that it takes no time from Node-RED. Answers 200 at once, or under
 * `/busy` 503 with a Retry-After of an hour, and notes how long each event took from its making to the whole request.
 * Tells its port by a message; the message `take` is answered with what was noted since the last.
 */
import { createServer } from 'node:http';

let latenciesMs = [];
const server = createServer((request, response) => {
  const chunks = [];
  request.on('data', (chunk) => chunks.push(chunk));
  request.on('end', () => {
    const arrivedAt = process.hrtime.bigint();
    if (request.url.startsWith('/busy')) {
      response.writeHead(503, { 'retry-after': '3600' }).end();
      return;
    }
    const { sentAt } = JSON.parse(Buffer.concat(chunks).toString());
    latenciesMs.push(Number(arrivedAt - BigInt(sentAt)) / 1e6);
    response.writeHead(200, { 'content-length': '2' }).end('ok');
  });
});
server.keepAliveTimeout = 60_000;
server.listen(0, '127.0.0.1', () => process.send({ port: server.address().port }));
process.on('message', () => {
  process.send({ latenciesMs });
  latenciesMs = [];
});
process.on('disconnect', () => process.exit());
