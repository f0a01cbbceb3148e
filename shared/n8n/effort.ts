import type { IExecuteFunctions } from 'n8n-workflow';

import type { MissingPart, WriteContext } from '../connectors/connector';
import type { WriteJob } from './writeJob';

/** What a writer's work cost, and what it found missing at the destination. */
export interface Effort {
	requests: number;
	/** Preview only: requests the write would send beside those of the preview. */
	planned: number;
	readonly missing: MissingPart[];
}

/** What a connector tells while it works for these jobs. */
export function writeContext(
	context: IExecuteFunctions,
	effort: Effort,
	jobs: readonly WriteJob[],
): WriteContext {
	const signal = context.getExecutionCancelSignal();
	const runs = new Set(jobs.flatMap(({ run }) => run ?? []));
	return {
		...(signal && { signal }),
		onRequest() {
			effort.requests++;
			for (const run of runs) run.log.count('requests');
		},
		onPlanned(requests) {
			effort.planned += requests;
		},
		onProgress(message) {
			context.sendMessageToUI(`${context.getNode().name}: ${message}`);
		},
		onMissing(parts) {
			// A preview finds the same missing for its removals as well.
			const known = new Set(effort.missing.map(({ kind, name }) => `${kind} ${name}`));
			effort.missing.push(...parts.filter(({ kind, name }) => !known.has(`${kind} ${name}`)));
			const names = missingNames(parts).join(', ');
			context.sendMessageToUI(`${context.getNode().name}: missing at the destination: ${names}`);
		},
	};
}

/** Missing parts in words, such as `field contoso_size (whole number)`. */
export const missingNames = (parts: readonly MissingPart[]): string[] =>
	parts.map(({ kind, name, type }) =>
		kind === 'object' ? `${type} ${name}` : `${kind} ${name} (${type})`,
	);
