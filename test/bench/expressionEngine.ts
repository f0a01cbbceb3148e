import { Expression } from 'n8n-workflow';

import type { Figures } from './bench';

/** Runs a measurement on n8n's default engine (isolated-vm), started with the values of its own configuration (n8n: section 7.1). */
export async function inDefaultEngine(work: () => Promise<Figures>): Promise<Figures> {
	await Expression.initExpressionEngine({
		engine: 'vm',
		poolSize: 1,
		maxCodeCacheSize: 1024,
		bridgeTimeout: 5_000,
		bridgeMemoryLimit: 128,
	});
	if (Expression.getActiveImplementation() !== 'vm') throw new Error('The vm engine is not active');
	return await work();
}
