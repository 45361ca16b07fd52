/**
 * The main job as its user meets it: what providers send goes in over HTTP, what a receiver was promised comes out, in a
 * real Node-RED. Nothing here knows how the pack is built.
 */
import { NODE_RED_VERSIONS } from '../support/node-red-process';
import { checkAnswers } from './main-job/answers';
import { checkEndpoints } from './main-job/endpoints';
import { checkEvents } from './main-job/events';
import { checkFailures } from './main-job/failures';
import { checkOtherRoots } from './main-job/other-roots';
import { checkPreviews } from './main-job/previews';
import { checkProviders } from './main-job/providers';
import { checkSecrets } from './main-job/secrets';
import { checkSignatures } from './main-job/signatures';
import { checkTemplates } from './main-job/templates';
import { Workbench } from './main-job/workbench';

for (const version of NODE_RED_VERSIONS) {
  describe(`The main job on Node-RED ${version}`, () => {
    const bench = new Workbench(version);
    before(() => bench.start());
    after(() => bench.stop());

    describe('What providers send', () => checkProviders(bench));
    describe('What a provider hears', () => checkAnswers(bench));
    describe('Which events come out', () => checkEvents(bench));
    describe('What a receiver gets from a template', () => checkTemplates(bench));
    describe('A path and the base URL of its endpoint', () => checkEndpoints(bench));
    describe('Secrets', () => checkSecrets(bench));
    describe('Signatures', () => checkSignatures(bench));
    describe('Templates that fail', () => checkFailures(bench));
    describe('Preview and test', () => checkPreviews(bench));
  });

  describe(`Node-RED ${version} below other roots and behind a password`, () => checkOtherRoots(version));
}
