import { mkdirSync, readFileSync, rmSync } from 'node:fs';
import path from 'node:path';
import { workFolder } from './paths.mjs';
import { elapsed, run } from './process.mjs';

const results = path.join(workFolder, 'results');

/** A step made of commands that either all succeed or fail: counts as one. */
export function chore(name, ...commands) {
	return async () => {
		const start = performance.now();
		console.log(`\n── ${name}`);
		let failed = 0;
		for (const [command, ...args] of commands) {
			if (failed === 0 && (await run(command, args)) !== 0) failed = 1;
		}
		console.log(`── ${name}: ${failed ? 'failed' : 'ok'} (${elapsed(start)})`);
		return { passed: 1 - failed, failed, skipped: 0 };
	};
}

function readReport(file, code) {
	try {
		const report = JSON.parse(readFileSync(file, 'utf8'));
		const failed = report.numFailedTests + report.numRuntimeErrorTestSuites;
		return {
			passed: report.numPassedTests,
			failed: failed === 0 && code !== 0 ? 1 : failed,
			skipped: report.numPendingTests + report.numTodoTests,
		};
	} catch (error) {
		console.error(`jest left no readable report: ${error.message}`);
		return { passed: 0, failed: 1, skipped: 0 };
	}
}

/** A jest run; its tests count one by one, a file that cannot run counts as a failed test. */
export function jest(name, args) {
	return async () => {
		const start = performance.now();
		const file = path.join(results, `${name}.json`);
		mkdirSync(results, { recursive: true });
		rmSync(file, { force: true });
		console.log(`\n── ${name}`);
		const report = ['--json', `--outputFile=${file}`, '--testLocationInResults=false'];
		const code = await run('node', ['node_modules/jest/bin/jest.js', ...report, ...args], {
			env: { NODE_OPTIONS: '--disable-warning=ExperimentalWarning' },
		});
		const counts = readReport(file, code);
		console.log(`── ${name}: ${totalLine(counts)} (${elapsed(start)})`);
		return counts;
	};
}

/** `N passed, N failed`, with `, N skipped` only where something was. */
export const totalLine = ({ passed, failed, skipped }) =>
	`${passed} passed, ${failed} failed${skipped ? `, ${skipped} skipped` : ''}`;

/** Adds the counts of two steps. */
export const add = (left, right) => ({
	passed: left.passed + right.passed,
	failed: left.failed + right.failed,
	skipped: left.skipped + right.skipped,
});
