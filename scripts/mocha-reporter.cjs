/** Mocha's own report for people; counts, failures and what passed at a second try only, as JSON in the file that TEST_REPORT names. */
const { writeFileSync } = require('node:fs');
const Mocha = require('mocha');

module.exports = class extends Mocha.reporters.Spec {
  constructor(runner, options) {
    super(runner, options);
    const retried = [];
    runner.on(Mocha.Runner.constants.EVENT_TEST_RETRY, (test, error) => retried.push(brief(test, error)));
    runner.once(Mocha.Runner.constants.EVENT_RUN_END, () => {
      const { passes, failures, pending } = this.stats;
      const failed = this.failures.map((test) => brief(test, test.err));
      writeFileSync(
        process.env.TEST_REPORT,
        JSON.stringify({ passed: passes, failed: failures, pending, failures: failed, retried }),
      );
    });
  }
};

const brief = (test, error) => ({ title: test.fullTitle(), message: error?.message ?? '' });
