const fc = require('fast-check');

/** A property that fails does so within a few cases mostly, and here it is asked thousands of times. */
fc.configureGlobal({ numRuns: 20 });
