/** Mocha's own report for people, and the counts as JSON in the file that TEST_REPORT names. */
const { writeFileSync } = require('node:fs');
const Mocha = require('mocha');

module.exports = class extends Mocha.reporters.Spec {
  constructor(runner, options) {
    super(runner, options);
    runner.once(Mocha.Runner.constants.EVENT_RUN_END, () => {
      const { passes, failures, pending } = this.stats;
      writeFileSync(process.env.TEST_REPORT, JSON.stringify({ passed: passes, failed: failures, pending }));
    });
  }
};
