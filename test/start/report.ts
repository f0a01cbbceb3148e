import type { IDataObject } from 'n8n-workflow';
import type { Run } from '../n8n/execution';
import type { WorkflowDefinition } from '../n8n/workflow';

interface SyncEnvelope {
	change?: string;
	result?: { status: string; reason?: string; error?: { code: string; message: string } };
}

/** By type, so that a renamed node still counts. */
const nodeOfType = (workflow: WorkflowDefinition, name: string) =>
	workflow.nodes.find(({ type }) => type.endsWith(`.${name}`))?.name;

function tally(values: Array<string | undefined>): Map<string, number> {
	const counts = new Map<string, number>();
	for (const value of values) {
		if (value !== undefined) counts.set(value, (counts.get(value) ?? 0) + 1);
	}
	return counts;
}

const envelope = (record: IDataObject) => (record._sync ?? {}) as SyncEnvelope;

const line = (names: string[], counts: Map<string, number>) =>
	names.map((name) => `${name} ${(counts.get(name) ?? 0).toLocaleString('en')}`).join('   ');

/** Grouped by the system's code, because its messages name the value. */
function rejections(records: IDataObject[]): string[] {
	const results = records.map((record) => envelope(record).result);
	const codes = tally(results.map((result) => result?.error?.code));
	return [...codes].map(([code, count]) => {
		const first = results.find((result) => result?.error?.code === code);
		return `    ${count.toLocaleString('en')} × ${first?.status} with ${code}: ${first?.error?.message}`;
	});
}

/** A removal that updates a row deactivates it. */
function outcome(record: IDataObject): string | undefined {
	const { change, result } = envelope(record);
	return change === 'removed' && result?.status === 'updated' ? 'deactivated' : result?.status;
}

/** One run as a person reads it: what came in, what changed, what the destination did with it. */
export function report(title: string, workflow: WorkflowDefinition, run: Run, requests: number) {
	const source = nodeOfType(workflow, 'extractFromFile');
	const diff = nodeOfType(workflow, 'segmentDiff');
	const writer = nodeOfType(workflow, 'dynamics365Upsert');
	const offered = diff ? run.records(diff) : [];
	const answered = writer ? [0, 1].flatMap((output) => run.records(writer, output)) : [];
	const changes = tally(offered.map((record) => envelope(record).change));
	changes.set('read', source ? run.items(source).length : 0);
	const results = tally(answered.map(outcome));
	return [
		`${title}: ${run.status}, ${run.seconds.toFixed(1)} s, ${requests} ${requests === 1 ? 'request' : 'requests'}`,
		`  ${line(['read', 'added', 'changed', 'removed'], changes)}`,
		`  ${line(['created', 'updated', 'deactivated', 'deleted', 'skipped', 'rejected'], results)}`,
		...rejections(answered),
		...[diff, writer].flatMap((name) => (name ? run.hints(name) : [])).map(toLine),
		...(run.error ? [`  stopped in ${run.error.node}: ${run.error.message}`] : []),
		...(run.error?.description ? [`    ${run.error.description}`] : []),
	].join('\n');
}

const toLine = ({ message }: { message: string }) => `  ${message.replaceAll(/<[^>]+>/g, ' ')}`;
