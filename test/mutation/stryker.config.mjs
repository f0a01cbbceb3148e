/** `npm run test:mutation`: breaks one line at a time and looks whether a unit test notices. */
export default {
	testRunner: 'jest',
	jest: { configFile: 'test/mutation/jest.config.cjs', enableFindRelatedTests: false },
	coverageAnalysis: 'perTest',
	mutate: [
		'shared/core/**/*.ts',
		'!shared/core/path.ts',
		'shared/state/{binding,claims,lease,liveRun,openOffer,registry,runLog,unsent}.ts',
	],
	// Code that runs once, when a module is loaded, cannot be switched per test.
	ignoreStatic: true,
	ignorePatterns: [
		'dist',
		'.work',
		'docs',
		'test/n8n/node_modules',
		'test/workflows',
		'test/editor',
	],
	tempDirName: '.work/stryker',
	incremental: true,
	incrementalFile: '.work/mutation/incremental.json',
	reporters: ['clear-text', 'json', 'progress-append-only'],
	jsonReporter: { fileName: '.work/mutation/report.json' },
	clearTextReporter: { allowColor: false, logTests: false, reportTests: false },
	thresholds: { high: 95, low: 90, break: 85 },
	concurrency: 2,
	timeoutMS: 15_000,
	timeoutFactor: 4,
};
