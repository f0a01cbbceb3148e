import type { Connector, WriteTarget } from '../connectors/connector';
import type { RecordResult } from '../core/results';
import type { WriteRecord } from '../core/writeRecord';
import type { WriteJob } from './writeJob';

/** What a write would do, told by reading only. Changes nothing, so it takes items of any run (design R4). */
export async function previewResults(
	connector: Connector,
	target: WriteTarget,
	jobs: readonly WriteJob[],
): Promise<void> {
	const open = jobs.filter(({ result }) => !result);
	const keys = open.flatMap(({ write }) => (write ? [write.previousKey ?? write.key] : []));
	const found = await connector.find(target, keys, []);
	open.forEach((job, position) => {
		if (job.write)
			job.result = {
				...expected(job.write, target, found[position]?.id),
				warnings: ['Preview: nothing was sent'],
			};
	});
}

function expected(write: WriteRecord, target: WriteTarget, id: string | undefined): RecordResult {
	const known = id === undefined ? {} : { id };
	if (write.change === 'removed') {
		if (target.removedRecords === 'skip') return { status: 'skipped', reason: 'policy', ...known };
		if (id === undefined) return { status: 'skipped', reason: 'gone' };
		return { status: target.removedRecords === 'delete' ? 'deleted' : 'updated', ...known };
	}
	if (id === undefined) {
		return target.writeMode === 'update'
			? { status: 'skipped', reason: 'notFound' }
			: { status: 'created' };
	}
	if (target.writeMode === 'insert') {
		const message = 'A record with this key exists already';
		return {
			status: 'rejected',
			...known,
			error: { code: 'duplicate', category: 'duplicate', message, retryable: false },
		};
	}
	return { status: Object.keys(write.update).length === 0 ? 'unchanged' : 'updated', ...known };
}
