/**
 * Every importable example in a real Node-RED, used as a person would: deployed, its buttons pressed, its source called
 * like a provider calls it. A relay notes what goes over the wire; the receivers are the examples' own.
 */
import assert from 'node:assert/strict';
import { readExamples } from '../support/example-flows';
import { NODE_RED_VERSIONS } from '../support/node-red-process';
import { checkAsteriskMissed, checkAsteriskReport, checkAsteriskScreenPop } from './examples/asterisk';
import { checkEndpointAlert } from './examples/endpoint-alert';
import { checkGoogleAnalytics } from './examples/google-analytics';
import { checkKompaasJson } from './examples/kompaas-json';
import { checkKompaasText } from './examples/kompaas-text';
import { checkMissedCall } from './examples/missed-call';
import { checkObdReports } from './examples/obd-reports';
import { checkRetryByWires } from './examples/retry-by-wires';
import { checkRingostatJsonRpc } from './examples/ringostat-json-rpc';
import { checkScreenPop } from './examples/screen-pop';
import { ExampleSession } from './examples/session';
import { checkSmartfloForm } from './examples/smartflo-form';
import { checkSwapHttpRequest } from './examples/swap-http-request';

/** By the title of the example. */
const CHECKS: Readonly<Record<string, (session: ExampleSession) => void>> = {
  'Asterisk - call report with recording link': checkAsteriskReport,
  'Asterisk - missed calls of a queue to a CRM': checkAsteriskMissed,
  'Asterisk - screen pop': checkAsteriskScreenPop,
  'Endpoint down - alert a colleague': checkEndpointAlert,
  'KOMPaaS - POST JSON': checkKompaasJson,
  'KOMPaaS - POST text': checkKompaasText,
  'Missed call - text message': checkMissedCall,
  'OBD - reports by webhook id': checkObdReports,
  'Retry by wires - alert at the end': checkRetryByWires,
  'Ringostat - Google Analytics 4': checkGoogleAnalytics,
  'Ringostat - JSON-RPC with hashes': checkRingostatJsonRpc,
  'Screen pop - calls in order': checkScreenPop,
  'Smartflo - form to a CRM': checkSmartfloForm,
  'http request - swap for webhook out': checkSwapHttpRequest,
};

for (const version of NODE_RED_VERSIONS) {
  describe(`The examples on Node-RED ${version}`, () => {
    const session = new ExampleSession(version);
    before(() => session.start());
    after(() => session.stop());

    it('are offered in Import > Examples under their titles', async () => {
      const path = '/library/examples/flows/@callhooks/node-red-telephony-webhooks';
      const offered = await session.red.get<readonly { readonly fn: string }[]>(path);
      assert.deepEqual(offered.map(({ fn }) => fn).sort(), Object.keys(CHECKS).sort());
    });

    for (const { title } of readExamples()) {
      describe(title, () => {
        const check = CHECKS[title];
        if (check === undefined) throw new Error(`No test runs the example "${title}"`);
        check(session);
      });
    }

    // A suite of its own: Mocha runs the tests of a suite before the suites in it.
    describe('All of them', () => {
      it('have made no node report an error or a warning', () => {
        assert.deepEqual(session.debug.complaints, []);
      });
    });
  });
}
