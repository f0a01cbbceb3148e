import type { Connector, WriteContext, WriteTarget } from '../connectors/connector';
import type { WriteJob } from './writeJob';

/** The first warning of every result of a preview. */
export const nothingSent = 'Preview: nothing was sent';

/**
 * What a write would do, told by its own checks and reads. Changes nothing, so it takes items of any run
 * (design R4). Removals come last, as in a write (design R10).
 */
export async function previewResults(
	connector: Connector,
	target: WriteTarget,
	jobs: readonly WriteJob[],
	context: WriteContext,
): Promise<void> {
	const open = jobs.filter(({ result, write }) => !result && write);
	const isRemoval = ({ write }: WriteJob) => write?.change === 'removed';
	for (const part of [open.filter((job) => !isRemoval(job)), open.filter(isRemoval)]) {
		const records = part.flatMap(({ write }) => (write ? [write] : []));
		if (records.length === 0) continue;
		for await (const batch of connector.preview(target, records, context)) {
			for (const { index, result } of batch) {
				part[index].result = { ...result, warnings: [nothingSent, ...(result.warnings ?? [])] };
			}
		}
	}
}
