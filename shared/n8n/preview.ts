import type { Connector, WriteTarget } from '../connectors/connector';
import type { WriteJob } from './writeJob';

const nothingSent = 'Preview: nothing was sent';

/**
 * What a write would do, told by its own checks and reads. Changes nothing, so it takes items of any run
 * (design R4). Removals come last, as in a write (design R10).
 */
export async function previewResults(
	connector: Connector,
	target: WriteTarget,
	jobs: readonly WriteJob[],
): Promise<void> {
	const open = jobs.filter(({ result }) => !result);
	const isRemoval = ({ write }: WriteJob) => write?.change === 'removed';
	await preview(
		connector,
		target,
		open.filter((job) => !isRemoval(job)),
	);
	await preview(connector, target, open.filter(isRemoval));
}

async function preview(
	connector: Connector,
	target: WriteTarget,
	jobs: readonly WriteJob[],
): Promise<void> {
	const records = jobs.flatMap(({ write }) => (write ? [write] : []));
	if (records.length === 0) return;
	for await (const batch of connector.preview(target, records, {})) {
		for (const { index, result } of batch) {
			jobs[index].result = { ...result, warnings: [nothingSent, ...(result.warnings ?? [])] };
		}
	}
}
