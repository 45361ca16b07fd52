/** Mocha's own report for people; counts and failures as JSON in the file that TEST_REPORT names. */
const { writeFileSync } = require('node:fs');
const Mocha = require('mocha');

module.exports = class extends Mocha.reporters.Spec {
  constructor(runner, options) {
    super(runner, options);
    runner.once(Mocha.Runner.constants.EVENT_RUN_END, () => {
      const { passes, failures, pending } = this.stats;
      const failed = this.failures.map((test) => ({ title: test.fullTitle(), message: test.err?.message ?? '' }));
      writeFileSync(
        process.env.TEST_REPORT,
        JSON.stringify({ passed: passes, failed: failures, pending, failures: failed }),
      );
    });
  }
};
