import { setTimeout as sleep } from 'node:timers/promises';
import { parse } from 'flatted';
import type {
	IDataObject,
	INodeExecutionData,
	IRunData,
	ITaskData,
	NodeExecutionHint,
} from 'n8n-workflow';
import type { Rest } from './rest';

/** A finished execution, read back from n8n. */
export interface Run {
	id: string;
	workflowId: string;
	status: string;
	mode: string;
	retryOf?: string;
	seconds: number;
	/** What stopped the run, with the node it happened in. */
	error?: { message: string; description?: string; node?: string };
	/** Node name → its runs; what Execute step sends back to n8n. */
	runData: IRunData;
	/** Items a node put on an output, over all its runs. */
	items(node: string, output?: number): INodeExecutionData[];
	/** The same without n8n's wrapper. */
	records(node: string, output?: number): IDataObject[];
	hints(node: string): NodeExecutionHint[];
	/** Whether the node ran in this execution or its data was brought along. */
	ran(node: string): boolean;
}

interface StoredExecution {
	id: string;
	workflowId: string;
	status: string;
	mode: string;
	retryOf?: string;
	startedAt: string;
	stoppedAt?: string;
	data: string;
}

interface ResultData {
	runData?: IRunData;
	error?: { message: string; description?: string; node?: { name: string } };
	lastNodeExecuted?: string;
}

const unsettled = ['new', 'running'];

function toRun(stored: StoredExecution): Run {
	const { resultData = {} } = parse(stored.data) as { resultData?: ResultData };
	const { error, runData = {}, lastNodeExecuted } = resultData;
	const runs = (name: string): ITaskData[] => runData[name] ?? [];
	const items = (name: string, output = 0) =>
		runs(name).flatMap((run) => run.data?.main?.[output] ?? []);
	const { id, workflowId, status, mode, retryOf, startedAt, stoppedAt = startedAt } = stored;
	return {
		...{ id, workflowId, status, mode, retryOf, runData, items },
		seconds: (Date.parse(stoppedAt) - Date.parse(startedAt)) / 1000,
		error: error && {
			message: error.message,
			description: error.description,
			node: error.node?.name ?? lastNodeExecuted,
		},
		records: (name, output) => items(name, output).map((item) => item.json),
		hints: (name) => runs(name).flatMap((run) => run.hints ?? []),
		ran: (name) => name in runData,
	};
}

/** Waits until the execution has ended (or waits for something itself) and reads it back. */
export async function readRun(rest: Rest, id: string, limitSeconds = 120): Promise<Run> {
	const limit = Date.now() + limitSeconds * 1000;
	for (let pause = 20; ; pause = Math.min(pause * 2, 500)) {
		const stored = await rest.get<StoredExecution>(`/executions/${id}`);
		if (!unsettled.includes(stored.status)) return toRun(stored);
		if (Date.now() > limit) throw new Error(`Execution ${id} still runs after ${limitSeconds} s`);
		await sleep(pause);
	}
}
