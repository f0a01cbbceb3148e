import type { Run } from '../n8n/execution';
import type { WorkflowDefinition } from '../n8n/workflow';

const plain = (html: string) => html.replaceAll(/<[^>]+>/g, ' ');

/** Nodes whose words make the report; those of a mapper are the same in every run. */
const speaking = /\.(segmentDiff|dynamics365Upsert|salesforceWrite)$/;

/** One run as a person reads it: what its nodes say of it in the editor, and what the destination was asked. */
export function report(
	title: string,
	{ nodes }: WorkflowDefinition,
	run: Run,
	requests: number,
): string {
	const { status, seconds, error } = run;
	const said = nodes
		.filter(({ type }) => speaking.test(type))
		.flatMap(({ name }) => run.hints(name).map(({ message }) => `${name}: ${plain(message)}`));
	const stopped = error ? [`Stopped in ${error.node}: ${error.message}`] : [];
	const cause = error?.description ? [error.description] : [];
	return [
		`${title}: ${status}, ${seconds.toFixed(1)} s, ${requests} ${requests === 1 ? 'request' : 'requests'}`,
		...[...said, ...stopped, ...cause].map((text) => `  ${text}`),
	].join('\n');
}
