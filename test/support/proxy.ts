/** A small real forward proxy on loopback: CONNECT and absolute-form requests, with the ways in which proxies fail. */
import { createServer, request as sendRequest } from 'node:http';
import { type AddressInfo, connect, type Socket } from 'node:net';

export interface ProxyOptions {
  /** `name:password` that clients must send as basic authorization. */
  readonly account?: string;
  /** `silent`: takes connections and never answers. `refuse`: answers 503 to everything. */
  readonly fault?: 'silent' | 'refuse';
}

export interface TestProxy {
  readonly url: string;
  readonly port: number;
  /** `CONNECT host:port` or `POST http://…`, in order of arrival, refused ones too. */
  readonly requests: readonly string[];
  close(): Promise<void>;
}

export async function startProxy(options: ProxyOptions = {}): Promise<TestProxy> {
  const requests: string[] = [];
  const sockets = new Set<Socket>();
  const keep = (socket: Socket): void => {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
    socket.on('error', () => socket.destroy());
  };
  const expected = options.account && `Basic ${Buffer.from(options.account).toString('base64')}`;
  const refusal = (authorization: string | undefined): number | undefined => {
    if (options.fault === 'refuse') return 503;
    return expected && authorization !== expected ? 407 : undefined;
  };

  const server = createServer((incoming, response) => {
    requests.push(`${incoming.method} ${incoming.url}`);
    if (options.fault === 'silent') return;
    const status = refusal(incoming.headers['proxy-authorization']);
    if (status !== undefined) {
      response.writeHead(status).end();
      return;
    }
    const { 'proxy-authorization': _, ...headers } = incoming.headers;
    const onward = sendRequest(incoming.url ?? '', { method: incoming.method, headers }, (answer) => {
      response.writeHead(answer.statusCode ?? 502, answer.headers);
      answer.pipe(response);
    });
    onward.on('error', () => response.writeHead(502).end());
    incoming.pipe(onward);
  });
  server.on('connection', keep);
  server.on('connect', (incoming, client: Socket) => {
    requests.push(`CONNECT ${incoming.url}`);
    if (options.fault === 'silent') return;
    const status = refusal(incoming.headers['proxy-authorization']);
    if (status !== undefined) {
      client.end(`HTTP/1.1 ${status} Refused\r\ncontent-length: 0\r\n\r\n`);
      return;
    }
    const target = new URL(`http://${incoming.url}`);
    const onward = connect(Number(target.port), target.hostname.replace(/^\[|\]$/g, ''), () => {
      client.write('HTTP/1.1 200 Connection established\r\n\r\n');
      onward.pipe(client);
      client.pipe(onward);
    });
    keep(onward);
    onward.on('error', () => client.end('HTTP/1.1 502 Bad gateway\r\n\r\n'));
    client.on('close', () => onward.destroy());
    onward.on('close', () => client.destroy());
  });

  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    port,
    requests,
    close() {
      for (const socket of sockets) socket.destroy();
      return new Promise((resolve) => server.close(() => resolve()));
    },
  };
}
