import type { IDataObject, IExecuteFunctions, INodeExecutionData } from 'n8n-workflow';

import type { SalesforceConnector } from '../connectors/salesforce';
import type { BulkResult } from '../connectors/salesforce/bulkActions';
import { count, counted } from '../core/words';
import { errorText, nodeError } from './errors';

/** What the node answers about one job. */
interface JobAnswer {
	readonly written: INodeExecutionData[];
	readonly rejected: INodeExecutionData[];
	readonly summary: IDataObject;
	/** The same in one sentence. */
	readonly sentence: string;
}

type Ask = (connector: SalesforceConnector, jobId: string, item: number) => Promise<JobAnswer>;

const asks: Readonly<Record<'bulkResult' | 'abortJob', Ask>> = {
	bulkResult: async (connector, jobId, item) =>
		resultAnswer(await connector.bulkResult(jobId), item),
	abortJob: async (connector, jobId) => {
		const job = await connector.abortJob(jobId);
		const sentence = `Bulk job ${job.id}: ${job.state}. What it had written stays written.`;
		return { written: [], rejected: [], summary: { ...job, message: sentence }, sentence };
	},
};

/**
 * The actions about bulk jobs, one job for each input item. Written and Rejected hold a job's rows, Summary one item
 * per job. They move no state: the next run of the sync looks for itself.
 */
export async function bulkJobItems(
	context: IExecuteFunctions,
	action: keyof typeof asks,
	connect: () => Promise<SalesforceConnector>,
): Promise<INodeExecutionData[][]> {
	const outputs: INodeExecutionData[][] = [[], [], []];
	const sentences: string[] = [];
	let connecting: Promise<SalesforceConnector> | undefined;
	for (const item of context.getInputData().keys()) {
		const jobId = String(context.getNodeParameter('jobId', item, '')).trim();
		connecting ??= connect();
		const answer = await connecting
			.then(async (connector) => await asks[action](connector, jobId, item))
			.catch((error: unknown) => refusal(context, jobId, error));
		const { written, rejected, summary, sentence } = answer;
		for (const row of written) outputs[0].push(row);
		for (const row of rejected) outputs[1].push(row);
		outputs[2].push({ json: summary, pairedItem: { item } });
		sentences.push(sentence);
	}
	if (sentences.length > 0) {
		context.addExecutionHints({
			message: sentences.slice(0, 3).join(' '),
			type: 'info',
			location: 'outputPane',
		});
	}
	return outputs;
}

/** Under continue on fail a job that cannot be asked is told on Summary (n8n:T-01). */
function refusal(context: IExecuteFunctions, jobId: string, error: unknown): JobAnswer {
	if (!context.continueOnFail()) throw nodeError(context.getNode(), error);
	const message = errorText(error);
	return {
		written: [],
		rejected: [],
		summary: { id: jobId, error: message },
		sentence: message,
	};
}

function resultAnswer({ job, ended, message, rows, missing }: BulkResult, item: number): JobAnswer {
	const items = rows.map(({ result, record }) => ({
		isWritten: !result.error && result.status !== 'notAttempted',
		row: { json: { ...record, _sync: { result } } as IDataObject, pairedItem: { item } },
	}));
	const written = items.filter(({ isWritten }) => isWritten).map(({ row }) => row);
	const rejected = items.filter(({ isWritten }) => !isWritten).map(({ row }) => row);
	const title = `Bulk job ${job.id} (${job.operation} of ${job.object})`;
	const outcome = ended
		? `${job.state}, ${count(written.length)} written, ${count(rejected.length)} not.`
		: `${job.state}, still at work; ask again later.`;
	const lack =
		missing > 0
			? [`Its result files lack ${counted(missing, 'record')} it has processed; ask again.`]
			: [];
	const sentence = [`${title}: ${outcome}`, ...lack, ...(message ? [message] : [])].join(' ');
	return {
		written,
		rejected,
		summary: {
			...job,
			ended,
			written: written.length,
			rejected: rejected.length,
			message: sentence,
		},
		sentence,
	};
}
