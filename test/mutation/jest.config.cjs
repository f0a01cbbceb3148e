const base = require('../../jest.config.js');

/** The unit tests alone: they are what has to catch a broken rule. */
module.exports = { ...base, rootDir: '../..', roots: ['<rootDir>/test/unit'], maxWorkers: 1 };
