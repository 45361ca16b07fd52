/** Node-RED below other paths, and its own password before everything that is served. */
import assert from 'node:assert/strict';
import { type NodeRedProcess, type NodeRedVersion, startNodeRed } from '../../support/node-red-process';
import { ended, hmacSource, odd, signature } from './answers';
import { nodesOf } from './workbench';

/** Of the password `pw`. */
const HASH = '$2b$04$z2V7CGEYfVWeXXUZS.kGKeBal8vm8ZvgF.ZKokI4JAREWV9.GR5wG';
const RIGHT = `Basic ${Buffer.from('user:pw').toString('base64')}`;

export function checkOtherRoots(version: NodeRedVersion): void {
  let red: NodeRedProcess;
  before(async () => {
    const roots = { httpAdminRoot: '/admin', httpNodeRoot: '/api' };
    red = await startNodeRed({ version, settings: { ...roots, httpNodeAuth: { user: 'user', pass: HASH } } });
    const flows = [
      { id: 'tab', type: 'tab', label: 'other roots' },
      ...nodesOf('hmac', { source: hmacSource }, ''),
      ...nodesOf('open', {}, ''),
    ];
    const started = red.logged(/Started flows/);
    const headers = { 'content-type': 'application/json' };
    const answer = await red.api('/admin/flows', { method: 'POST', headers, body: JSON.stringify(flows) });
    assert.equal(answer.status, 204, await answer.text());
    await started;
  });
  after(() => red.stop());

  const post = (path: string, body: string, headers: Record<string, string>): Promise<Response> =>
    red.api(path, { method: 'POST', body, headers: { 'content-type': 'application/json', ...headers } });

  it('hears below its root, and checks the signature over the bytes that were sent', async () => {
    const body = odd('h-1');
    const signed = { 'x-hub-signature-256': `sha256=${signature(body)}`, authorization: RIGHT };
    const answer = await post('/api/in/hmac', body, signed);
    assert.deepEqual([answer.status, await answer.text()], [200, '{"accepted":1,"repeated":0}']);
    assert.equal((await post('/api/in/hmac', `${body} `, signed)).status, 401);
    assert.equal((await post('/in/hmac', body, signed)).status, 404);
    assert.equal((await post('/admin/in/hmac', body, signed)).status, 404);
  });

  it('lets nobody in whom Node-RED itself would not', async () => {
    const body = JSON.stringify(ended('o-1'));
    assert.equal((await post('/api/in/open', body, {})).status, 401);
    const wrong = `Basic ${Buffer.from('user:no').toString('base64')}`;
    assert.equal((await post('/api/in/open', body, { authorization: wrong })).status, 401);
    const answer = await post('/api/in/open', body, { authorization: RIGHT });
    assert.deepEqual([answer.status, await answer.text()], [200, '{"accepted":1,"repeated":0}']);
  });

  it('answers 413 there too', async () => {
    const body = JSON.stringify({ ...ended('l-1'), note: 'x'.repeat(12 * 1024 * 1024) });
    assert.equal((await post('/api/in/open', body, { authorization: RIGHT })).status, 413);
  });

  it('keeps the admin API below the admin root', async () => {
    assert.equal((await red.api('/admin/telephony-webhooks/deliveries')).status, 200);
    assert.equal((await red.api('/telephony-webhooks/deliveries')).status, 404);
  });
}
