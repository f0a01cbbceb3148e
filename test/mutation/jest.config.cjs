const base = require('../../jest.config.js');

/** The unit tests alone: they are what has to catch a broken rule. Those of the stores test what is not broken here. */
module.exports = {
	...base,
	rootDir: '../..',
	roots: ['<rootDir>/test/unit'],
	testPathIgnorePatterns: [
		...base.testPathIgnorePatterns,
		'<rootDir>/test/unit/postgres',
		'<rootDir>/test/unit/store',
	],
	setupFiles: ['<rootDir>/test/mutation/fewerRuns.cjs'],
	maxWorkers: 1,
};
